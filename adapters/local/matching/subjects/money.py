"""Money: what was spent, on what and where, what it holds, what comes again and again, and budgets."""

from __future__ import annotations

from adapters.local.matching.money_words import (
    both,
    budget,
    compared,
    found,
    held,
    held_over,
    in_period,
    same_again,
    spending,
    transactions,
)
from adapters.local.matching.subject import Intent, Subject

_TXN = r"(?:transactions?|transaktionen|transacciones|transaksi|purchases|payments?|charges|card payments?|debits)"
_ALL = r"(?:(?:all|any|every|each|the|my|of|our|recent|latest|last|list|history|me)\b ?)*"
_HOW_MUCH = (
    r"(?:how much(?: money| cash)?|what(?:'s| is| was)? the (?:total|total amount|amount)(?: of money)?(?: that)?|what)"
)
_MINE = r"(?:i|we|i've|we've|i have|we have|have i|have we|did i|did we|do i|do we|am i|were we|was i)"
_HELD = r"(?:(?:current|bank|account|card|checking|savings?|credit card) )*"
_CAP = r"(?: (?:a|per|each|every|this|for the|for this|in a|in one|within a) month| monthly)?"
_SPENT = (
    rf"{_HOW_MUCH} {_MINE} (?:spend|spent|been spending|spending|paid|pay|blow|dropped)(?P<what>(?: .*)?)",
    r"(?:<SHOW>|what(?:'s| is| was) )?<MY>(?:total )?(?:spending|expenses|expenditures?)(?P<what>(?: (?!habits?|plans?|limits?).*)?)",
    r"have i (?:been )?(?:spending|spent) (?:a lot|much|too much)(?: of money)?(?P<what>.*)",
    r"wie ?viel (?:geld )?habe? ich (?P<what>.*)ausgegeben|combien (?:d'argent )?(?:ai-je|j'ai) dépensé(?P<what_fr>.*)|cu[áa]nto (?:dinero )?(?:gast[ée]|he gastado)(?P<what_es>.*)|berapa (?:banyak )?(?:saya )?(?:dah )?(?:belanja|belanjakan)(?P<what_ms>.*)",
)

SUBJECT = Subject(
    "money",
    (
        Intent(
            "compare_spending",
            (
                "is that more than january",
                "is that less than last month",
                "did i spend more on food this month than last month",
                "compare my spending in january and february",
                "was it more than in march",
                "how does that compare to last year",
                "have i spent more this month than last month",
            ),
            (
                r"(?:is|was)(?: that| it| this) (?:more|less|higher|lower|better|worse) than (?:in |what i spent in )?(?P<what>.+)",
                r"how (?:does|do|did) (?:that|it|this) compare (?:to|with) (?P<what>.+)",
                r"(?:did|do|have) (?:i|we) (?:spend|spent) (?:more|less) (?P<what>.+ than .+)",
                r"compare (?:my |our |the )?(?:spending|expenses|expenditures?) (?P<what>.+)",
            ),
            fill=compared,
        ),
        Intent(
            "spending",
            (
                "and in january",
                "what about last month",
            ),
            (r"(?:and|what about|how about)(?: in| for| during)? (?P<what>.+)",),
            fill=same_again,
        ),
        Intent(
            "set_budget",
            (
                "tell me if dining passes RM 2,000",
                "set a budget of 500 euros for groceries",
                "warn me when i spend more than 300 on shopping",
                "budget 400 a month for transport",
                "limit my eating out to 250 a month",
                "let me know if groceries go over 800",
            ),
            (
                rf"(?:(?:tell|warn|alert|notify|ping) me )?(?:if|when|once|as soon as) (?:my |the )?(?:spending on )?{{what}} (?:passes|pass|exceeds?|goes (?:over|above|past|beyond)|go (?:over|above|past)|reach(?:es)?|is (?:over|above|more than)|costs? more than) {{money}}{_CAP}",
                rf"let me know (?:if|when|once) (?:my |the )?(?:spending on )?{{what}} (?:passes|exceeds?|goes? (?:over|above|past|beyond)|reach(?:es)?|is (?:over|above)) {{money}}{_CAP}",
                rf"(?:tell|warn|alert|notify) me (?:if|when) i spend (?:more than|over|above) {{money}} (?:on|for) {{what}}{_CAP}",
                rf"(?:set|make|create|add|put)(?: up)?(?: me)? an? (?:monthly )?(?:budget|limit|cap) of {{money}}{_CAP} (?:for|on) {{what}}{_CAP}",
                rf"(?:set|make|change|put) (?:my |the )?(?:monthly )?{{what}} (?:budget|limit) (?:to|at|of) {{money}}{_CAP}",
                rf"(?:set|make|create|add) an? (?:monthly )?(?:budget|limit|cap) (?:for|on) {{what}} (?:of|at|to) {{money}}{_CAP}",
                rf"budget {{money}}{_CAP} (?:for|on) {{what}}{_CAP}",
                rf"(?:limit|cap) (?:my )?(?:spending on )?{{what}} (?:to|at) {{money}}{_CAP}",
            ),
            fill=budget,
        ),
        Intent(
            "list_budgets",
            (
                "how are my budgets",
                "what budgets do i have",
                "am i within my budget",
                "how much is left of my food budget",
                "am i over budget",
                "show my budgets",
            ),
            (
                r"(?:<SHOW>|list |how(?:'s| is| are) |what(?:'s| is| are) |which )?(?:<MY>)(?:monthly )?budgets?(?: (?:do i have|have i set|are there|doing|looking|status|like|so far|this month))*",
                r"(?:am i|are we) (?:still )?(?:within|inside|over|under|above|below|on)(?: my| the| our)?(?: \w+)? budgets?(?: this month)?",
                r"(?:how much|what)(?:'s| is)? (?:left|remaining)(?: of| in| on| from)? (?:my |the )?(?:\w+ )?budgets?(?: this month)?",
            ),
        ),
        Intent(
            "largest_transactions",
            (
                "what are my largest expenses",
                "what was my biggest purchase this year",
                "show the most expensive things i bought last month",
                "top expenses in march",
                "where did most of my money go",
            ),
            (
                r"(?:<SHOW>|list |what(?:'s| is| are| was| were)? )?(?:<MY>)(?:\w+ )?(?:largest|biggest|highest|most expensive|top|dearest|costliest)(?: \w+)? (?:expenses?|purchases?|transactions?|payments?|spendings?|expenditures?|costs?|thing(?:s)?)(?P<what>.*)",
            ),
            fill=in_period,
        ),
        Intent(
            "recurring_payments",
            (
                "what subscriptions do i have",
                "which subscriptions do i pay for",
                "list my recurring payments",
                "what do i pay every month",
                "show my standing orders",
                "how much do my subscriptions cost",
            ),
            (
                r"(?:<SHOW>|list |what(?:'s| is| are)? |which |how many )?(?:<MY>)(?:subscriptions?|recurring (?:payments?|charges|expenses|bills)|standing (?:orders?|payments?)|direct debits)(?: (?:do i|have i|am i|are there|i|we|have|got|pay|paying|for|subscribed to|running|cost(?:ing)?|me|right now))*",
                r"what (?:do|am) i (?:pay|paying)(?: for)? (?:every|each|per) month|how much do my subscriptions cost(?: me)?",
            ),
        ),
        Intent(
            "cash_flow",
            (
                "what came in and went out this year",
                "how much did i earn last month",
                "how much did i save this year",
                "show my cash flow",
                "income and expenses for march",
            ),
            (
                r"(?:<SHOW>)?(?:what(?:'s| is| was) )?<MY>cash ?flow(?P<what>.*)",
                r"(?:what|how much)(?: money)? (?:came|comes|has come|went) (?:in|out)(?: and (?:what |how much )?(?:went|goes|came) (?:in|out))?(?P<what>.*)",
                r"how much(?: money)? (?:did|do|have) (?:i|we) (?:earn(?:ed)?|make|made|save|saved|put aside)(?P<what>(?: (?:in|this|last|during|over|since)\b.*)?)",
                r"(?:<SHOW>)?<MY>income and (?:expenses|spending)(?P<what>.*)",
            ),
            fill=in_period,
        ),
        Intent(
            "balances",
            (),
            (
                rf"(?:<SHOW>|what(?:'s| is| was| were)? |how(?:'s| is| are)? )?<MY>{_HELD}balances? (?:history|over time|over the (?:months|year)|by month|month by month|each month|every month)(?P<what>.*)",
                rf"how (?:did|has|have|does) <MY>{_HELD}balances? (?:develop(?:ed)?|changed?|moved?|evolved?|gone|been doing)(?P<what>.*)",
                rf"what(?:'s| is| was| were)? <MY>{_HELD}balances?(?P<what> (?:in|during|over|since|last|this|at the end of) .*| .* ago)",
            ),
            fill=held_over,
        ),
        Intent(
            "balances",
            (
                "what's my balance",
                "what's my account balance",
                "how much money do i have",
                "how much is in my bank account",
                "show my balances",
                "how much do i have in the bank",
                "what is left in my checking account",
            ),
            (
                r"(?:<SHOW>|what(?:'s| is| are)? |check |how(?:'s| is) )?<MY>(?:current |latest |available |bank |account |card |checking |savings? |credit card )*balances?(?: (?:of|on|in|at|for) (?:my |the |all )?(?:bank |savings? |checking |current )?(?:accounts?|cards?))?",
                r"how much(?: money| cash)? (?:do|have) (?:i|we) (?:have|got)(?: left)?(?: (?:in|at|on) (?:the |my |our )?(?:bank(?: accounts?)?|accounts?|cards?|savings?|checking)(?: account)?)?",
                r"how much(?: money| cash)? is (?:left )?(?:in|on) (?:my |the |our )?(?:bank )?(?:accounts?|cards?|savings?)(?: account)?",
            ),
            fill=held,
            by_likeness=True,
        ),
        Intent("compare_spending", (), _SPENT, fill=both),
        Intent(
            "spending",
            (
                "how much did i spend on food last month",
                "how much have i spent on groceries this year",
                "how much money did i spend at [who] last week",
                "what did i spend on taxis in february",
                "how much do i spend on eating out",
                "what have i spent this month",
                "where did all my money go this month",
                "show my spending for october",
                "have i been spending a lot on coffee lately",
                "total spending this year",
                "wie viel habe ich für essen ausgegeben",
                "combien ai-je dépensé pour la nourriture",
                "cuánto gasté en comida el mes pasado",
                "berapa saya belanja untuk makan bulan lepas",
            ),
            _SPENT,
            fill=spending,
            by_likeness=True,
        ),
        Intent(
            "find_transactions",
            (
                "all grab transactions this year",
                "show me the transactions at [who]",
                "what are my recent transactions",
                "list my transactions from last week",
                "which transactions did i make yesterday",
                "show my last purchases",
                "transactions with [who] in march",
                "what did i buy last",
            ),
            (
                rf"(?:<SHOW>|list |find |search |get )?{_ALL}{_TXN} (?:at|from|with|by|to|for|on|in|of|bei|chez|en) {{what}}",
                rf"(?:<SHOW>|list |find |search |get |what(?: are| were|'s)? |which )?{_ALL}{_TXN}(?P<what>(?: (?:today|yesterday|this|last|in|from|since|over)\b.*)?)",
                rf"(?:<SHOW>|list |find |search |get )?(?:all |any |every |the |my )+(?P<what>[\w&'. -]{{2,40}}?) {_TXN}(?P<also>(?: .*)?)",
                rf"(?:what|which) {_TXN} (?:did|have) (?:i|we) (?:make|made|had|have)(?P<what>.*)",
            ),
            fill=found,
        ),
        Intent("find_transactions", (), (), fill=transactions, by_likeness=True),
    ),
)
