"""Recognises what only several kinds of words make together: an alarm, a cold call, a money matter that is settled.

Each word by itself is said on many occasions; an alarm names how grave it is and what fails, and does not say that it
is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from adapters.local.lexicon import MONEY, SCAM, STAFF, phrases

_GRAVE = phrases("""
sev 0, sev 1, sev 2, sev0, sev1, sev2, p0, p1, severity 1, severity 2, p2, incident declared,
pagerduty, opsgenie, pager, paged, pagers, outage,
production down, prod down, prod is, production is, is down, are down, went down, data loss, emergency, all hands,
steht still, stehen still, ausfall, bereitschaft, alarmiert, notfall, panne, astreinte, en panne, hors service,
caída, caído, guardia avisada, fuera de, emergencia, fermo, reperibilità, emergenza, storing, ligt plat, piket,
fora do, fora de, plantão, emergência, tergendala, kecemasan, darurat, 故障, 宕机, 告警, 中断
""")
_FAILING = phrases("""
0 rows, zero rows, no rows, no data, for everyone,
all users, of users, will fail, failed, fails, failing, failure, failures, error rate, errors, 500s, 5xx,
timeouts, timing out, times out, unreachable, unavailable, broken, corrupted, crashed, crashing, crashes, nobody can,
cannot log, can t, cannot, customers cannot, not responding, lost, stuck, down again, second night, third night,
second time, third time, fourth time, again last,
fehlgeschlagen, schlägt fehl, schlagen fehl, fehler, nicht erreichbar, kaputt, keine daten, kann niemand,
échouent, échoue, échoué, erreurs, injoignable, ne répond, falla, fallan, fallado, errores, no responde,
fallisce, falliscono, fallito, errori, non risponde, mislukt, mislukken, fouten, onbereikbaar, falhou, falham, erros,
não responde, gagal, ralat, tidak boleh, 失败, 错误, 无法, 超时
""")
_OVER = phrases("""
resolved, resolves, fixed, all clear, recovered, restored, mitigated, back up, back to, is over, was over, all green,
are green, is green, drill, exercise, on purpose, hand over, handed over, handover, planned, maintenance, postmortem,
post mortem, quiet,
entwarnung, behoben, gelöst, wieder da, läuft wieder, laufen wieder, übung, geplant, résolu, résolue, rétabli,
rétablie,
exercice, resuelto, resuelta, restablecido, simulacro, risolto, risolta, ripristinato, esercitazione, opgelost,
hersteld, oefening, resolvido, resolvida, restabelecido, exercício, selesai, pulih, latihan, 已恢, 已解, 演练
""")
_ADVANCES = phrases("""
i noticed, i saw, i came, i found, i ve, came across, reach out, reaching out, quick question, following up, follow up,
my last, my previous, saw you, keep this, last email, last mail, would love, we help, i help, circling back,
touching base, to introduce,
bin auf, gestoßen, mir aufgefallen, aufgefallen dass, meine letzte, kurz vorstellen, wir helfen,
je me, me permets, j ai, nous aidons, mon dernier, he visto, me pongo, ayudamos a, mi último,
ho notato, mi permetto, aiutiamo le, ik zag, wij helpen, mijn vorige, reparei que, ajudamos, meu último,
saya perasan, kami membantu
""")
_WARES = phrases("""
leads, lead generation, pipeline, revenue, prospects, more demos, more customers, more clients, more traffic,
conversions, seo, outbound, sales team, autopilot, while you, your company, your business, your website,
your competitors, decision makers, contact data, developers available, teams like, companies like, businesses like,
outsourcing, roi, growth, ranking, backlinks,
ihr unternehmen, ihre firma, ihrer firma, ihre website, mehr kunden, mehr umsatz, neukunden, umsatz,
votre entreprise, votre site, prospects, plus de, la vôtre, su empresa, su negocio, su web, más clientes,
vostra azienda, sua azienda, più clienti, uw bedrijf, meer klanten, sua empresa, mais clientes, syarikat anda,
lebih pelanggan, 贵公, 线索
""")
_SLOTS = phrases("""
quick call, short call, minute call, quick chat, a call, a chat, worth a, minutes, minutes on, 15 minutes, 15 min,
10 minutes,
20 minutes, 30 minutes, book me, book a, my calendar, grab a, open to, a demo, calendly, hop on,
15 minuten, kurzes telefonat, kurzes gespräch, telefonat, 15 minutes, un appel, un échange, 15 minutos, una llamada,
15 minuti, una chiamata, 15 minuten, kort gesprek, uma chamada, uma ligação, 15 minit, panggilan, 分钟
""")
_SETTLED = phrases("""
was approved, been approved, is approved, were approved, approved by, was processed, been processed, was paid,
been paid, was reimbursed, be reimbursed, no action, arrives with,
wurde genehmigt, genehmigt, wurde erstattet, wurde bearbeitet, erfolgt mit, été approuvée, été approuvé,
été remboursée, été traitée, été remboursé, arrive avec, sido aprobado, sido aprobada, stato approvato,
stata approvata, è goedgekeurd, goedgekeurd, foi aprovado, foi aprovada, telah diluluskan, diluluskan, 已批
""")


def occasions(found: Set[str], signals: Set[str]) -> Iterator[str]:
    """Name the occasions that a message with the words `found` and these `signals` shows."""
    if not found.isdisjoint(_GRAVE):
        yield from _alarm(found)
    if "ask" in signals and not found.isdisjoint(STAFF):
        yield "staff ask"
    if signals.isdisjoint({"answer", "colleague", "own house", "chat", "invitation"}):
        yield from _of_strangers(found, signals)


def _alarm(found: Set[str]) -> Iterator[str]:
    if not found.isdisjoint(_OVER):
        yield "alarm over"
    elif not found.isdisjoint(_FAILING):
        yield "alarm"


def _of_strangers(found: Set[str], signals: Set[str]) -> Iterator[str]:
    if not any(found.isdisjoint(part) for part in (_ADVANCES, _WARES, _SLOTS)):
        yield "cold call"
        if not signals.isdisjoint({"unsubscribe", "list", "one click", "bulk"}):
            yield "cold call in bulk"
    if not found.isdisjoint(_SETTLED) and not found.isdisjoint(MONEY) and found.isdisjoint(SCAM):
        yield "settled"
