"""The work: pull requests, work items, pipelines and the code."""

from __future__ import annotations

from adapters.local.matching.subject import Fill, Filled, Intent, Said, Subject
from adapters.local.matching.wording import terms, title
from domain.codec import Json

_PULLS = r"(?:pull[- ]?requests?|prs?|code reviews?|reviews?|merge requests?)"
_ITEMS = r"(?:work[- ]?items?|tickets?|bugs?|user stor(?:y|ies)|backlog(?: items?)?)"
_RUNS = r"(?:pipelines?|builds?|(?:pipeline|build|ci) runs?|ci)"
_THE_PULL = rf"(?:the |my )?(?:{_PULLS} )?(?:number |no\.? ?|#|!)?(?P<pull>.+?)(?: {_PULLS})?"
_ABOUT = r"(?: (?:about|on|for|named|called|with|in|of|by|from) {what})?"
_ASK = r"(?:<SHOW>|what(?:'s| is| are)?|which|are there|is there|do i have|have i got|any|how many|list)*"


def _waiting(said: Said) -> Filled:
    return Filled({"waiting": True})


def _own_pulls(said: Said) -> Filled:
    return Filled({"mine": True})


def _pulls(said: Said) -> Filled:
    query = terms(said.slot("what"))
    return Filled({"query": query} if query else {})


def _details(said: Said) -> Filled | None:
    meant = title(said.slot("pull")).lstrip("#!")
    return Filled({"pull_request": meant}) if meant else None


def _vote(value: str) -> Fill:
    def fill(said: Said) -> Filled | None:
        meant = title(said.slot("pull")).lstrip("#!")
        return Filled({"pull_request": meant, "vote": value}) if meant else None

    return fill


def _items(said: Said) -> Filled:
    arguments: dict[str, Json] = {"mine": False} if said.slot("all") else {}
    query = terms(said.slot("what"))
    return Filled(arguments | ({"query": query} if query else {}))


def _new_item(said: Said) -> Filled | None:
    name = title(said.slot("what"))
    if not name:
        return Filled({}, lacks="title")
    kind = {"bug": "Bug", "user story": "User Story"}.get(said.slot("kind").lower(), "")
    arguments: dict[str, Json] = {"title": name}
    return Filled(arguments | ({"type": kind} if kind else {}))


def _closed(said: Said) -> Filled | None:
    meant = title(said.slot("item")).lstrip("#")
    return Filled({"work_item": meant, "state": "Closed"}) if meant else None


def _failed(said: Said) -> Filled:
    return Filled({"failed": True})


def _runs(said: Said) -> Filled:
    query = terms(said.slot("what"))
    return Filled({"query": query} if query else {})


def _rerun(said: Said) -> Filled | None:
    meant = title(said.slot("run"))
    return Filled({"pipeline": meant}) if meant else None


def _repository(said: Said) -> Filled:
    meant = title(said.slot("what"))
    return Filled({"repository": meant} if meant else {})


SUBJECT = Subject(
    "work",
    (
        Intent(
            "query_pull_requests",
            ("which pull requests wait for me", "what do i have to review", "any reviews waiting for me"),
            (
                rf"{_ASK} ?(?:open |pending |new )*{_PULLS}(?: that| which)?(?: are| is| do| does)? (?:wait(?:s|ing)?|need(?:s|ing)?|await(?:s|ing)?|pending|assigned to me|(?:for|on) (?:me|us|my review))(?: (?:for |on |to )?(?:me|us|a review|(?:my )?(?:review|vote|look)))?(?: to review| to look at)?(?: today| now)?",
                r"(?:what|anything|something|which ones?)(?:'s| is| are)? ?(?:there |left )?(?:do i (?:have|need) |must i |should i |i (?:have|need) |for me )?to (?:code[- ]?)?review(?: today| now)?",
                rf"(?:what|anything|who)(?:'s| is| are)? (?:wait(?:s|ing)?|need(?:s|ing)?) (?:for |on )?my review|(?:my |the )?(?:review queue|{_PULLS} (?:queue|waiting))",
            ),
            fill=_waiting,
        ),
        Intent(
            "query_pull_requests",
            (),
            (
                rf"{_ASK} ?(?:the (?:state|status) of )?my (?:own |open )*{_PULLS}(?: (?:are|is|doing|look(?:ing)? like|status|state|open|waiting|approved))*",
            ),
            fill=_own_pulls,
        ),
        Intent(
            "query_pull_requests",
            ("list open pull requests", "any pull requests about [what]"),
            (
                rf"{_ASK} ?(?:all |the |any )*(?:open |active |pending |new )*{_PULLS}(?: (?:are )?(?:open|active|there|pending|do (?:we|i) have))*{_ABOUT}",
            ),
            fill=_pulls,
        ),
        Intent(
            "pull_request_details",
            ("tell me about pull request 418", "what is in the pull request about [what]"),
            (
                rf"(?:<SHOW>|what(?:'s| is) (?:in|up with|the state of|the status of)|tell me about|details (?:of|on|about)|summari[sz]e|explain|open) (?:the |my )?{_PULLS} (?:about |number |no\.? ?|#|!|called )?(?P<pull>.+)",
                rf"(?:how (?:big|large) is|who reviews|is) (?:the |my )?{_PULLS} (?:about |number |#|!)?(?P<pull>.+?)(?: green| red| ready| approved)?",
            ),
            fill=_details,
        ),
        Intent(
            "vote_on_pull_request",
            ("approve pull request 418",),
            (rf"approve (?:the )?{_PULLS} {_THE_PULL}", rf"(?:vote|say) (?:to )?approve (?:on|for) {_THE_PULL}"),
            fill=_vote("approve"),
        ),
        Intent(
            "query_work_items",
            ("what are my work items", "which tickets are assigned to me", "any bugs about [what]"),
            (
                rf"{_ASK} ?(?:(?P<all>all|everybody's|the team's) )?(?:the |my |any |of )*(?:open |active |new |assigned )*{_ITEMS}(?: (?:are |is )?(?:assigned to me|mine|open|active|do i have|i have|there|for me|left|on my plate))*{_ABOUT}",
                r"what (?:am i|should i be) working on",
            ),
            fill=_items,
        ),
        Intent(
            "create_work_item",
            ("create a work item for [what]", "file a bug about [what]"),
            (
                rf"(?:create|add|make|file|open|raise|log|report|new) (?:an? |the |new )*(?P<kind>bug|user story|{_ITEMS})(?: (?:report|item))?(?:[:,]| for| about| to| that| called| titled| saying)* {{what}}",
            ),
            fill=_new_item,
        ),
        Intent(
            "update_work_item",
            ("close work item 2214",),
            (rf"(?:close|resolve|finish|complete) (?:the |my )?{_ITEMS} (?:number |#|about |called )?(?P<item>.+)",),
            fill=_closed,
        ),
        Intent(
            "query_pipelines",
            ("which pipelines are red", "did any build fail"),
            (
                rf"{_ASK} ?(?:did |have |has )?(?:any |the |my |a )*(?:failed|failing|red|broken|failures?(?: in)?) {_RUNS}(?: .*)?",
                rf"{_ASK} ?(?:did |have |has |is |are )?(?:any |the |my |a )*{_RUNS}(?: (?:are|is|that|which|have|has|did|gone|went))* (?:fail(?:ed|ing|s)?|red|broken|broke|break)(?: .*)?",
                rf"is (?:everything|the build|ci|the pipeline|main) (?:green|red|ok|okay|broken)|what(?:'s| is) (?:red|broken|failing)(?: in (?:ci|the {_RUNS}))?",
            ),
            fill=_failed,
        ),
        Intent(
            "query_pipelines",
            ("show the latest builds", "how is the pipeline of [what]"),
            (
                rf"{_ASK} ?(?:how (?:is|are|was|were) )?(?:the )?(?:state of |status of )?(?:the |my |all |any |latest |last |recent )*{_RUNS}(?: (?:runs?|status|state|doing|look(?:ing)? like))*{_ABOUT}",
            ),
            fill=_runs,
        ),
        Intent(
            "rerun_pipeline",
            ("run the exporter pipeline again",),
            (
                rf"(?:re-?run|re-?start|retry|re-?trigger) (?:the |my )?(?:failed )?(?:{_RUNS} )?(?:of |for )?(?P<run>.+?)(?: {_RUNS})?",
                rf"(?:run|start|trigger) (?:the |my )?(?P<run>.+?) {_RUNS} (?:again|once more)",
            ),
            fill=_rerun,
        ),
        Intent(
            "list_repositories",
            ("which repositories are there",),
            (rf"{_ASK} ?(?:the |all |my |our )*(?:repositor(?:y|ies)|repos?)(?: (?:are there|do we have|is there))*",),
        ),
        Intent(
            "list_commits",
            ("latest commits in [what]",),
            (
                rf"{_ASK} ?(?:the |all |latest |last |recent )*commits?(?: (?:are there))?(?: (?:in|of|on|to) (?:the )?{{what}}(?: repo(?:sitory)?)?)?",
            ),
            fill=_repository,
        ),
        Intent(
            "list_branches",
            ("which branches does [what] have",),
            (
                rf"{_ASK} ?(?:the |all |open )*branch(?:es)?(?: (?:are there))?(?: (?:in|of|on) (?:the )?{{what}}(?: repo(?:sitory)?)?)?",
            ),
            fill=_repository,
        ),
    ),
)
