"""Recognises what befalls people and journeys: somebody is hurt or ill and is to be helped; a flight does not leave
when it should.

As with an alarm, one word is not enough: films tell of harm too. It counts where somebody calls for the reader, or it
is grave or wants one fetched who is named of the family; and where nobody says that it is over, collects, or wants
money sent, as those do who feign an accident. A plan is upset where one sentence says so, and not only "if".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from adapters.local.lexicon import SCAM, phrases
from adapters.local.words import features, words
from domain.expressions import expression

_GRAVE = phrases("""
car accident, bad accident, bike accident, had accident, an accident, car crash, emergency room, the er, ambulance,
in hospital, to hospital, intensive care, heart attack, a stroke, a seizure, unconscious, collapsed, badly hurt,
is dying, passed away, has died,
einen unfall, autounfall, verunglückt, notaufnahme, krankenwagen, rettungswagen, notarzt, im krankenhaus,
ins krankenhaus, intensivstation, herzinfarkt, schlaganfall, bewusstlos, zusammengebrochen, verstorben,
un accident, aux urgences, ambulance, à l hôpital, l hôpital, crise cardiaque, un avc, un infarctus, inconscient,
inconsciente, est décédé, est décédée, accidente, ambulancia, en urgencias, un infarto, un ictus, ha fallecido,
un incidente, ambulanza, pronto soccorso, in ospedale, infarto, svenuto, svenuta, ongeluk, spoedeisende hulp,
het ziekenhuis, hartaanval, hartinfarct, beroerte, bewusteloos, overleden, acidente, ambulância, no hospital,
pronto socorro, enfarte, avc, faleceu, kemalangan, kecelakaan, ambulans, masuk hospital, serangan jantung, strok,
pengsan, pingsan, meninggal, 车祸, 急诊, 住院, 救护, 心脏病, 中风, 昏迷, 去世
""")
_HARM = _GRAVE | phrases("""
the hospital, a fever, high fever, has fever, injured, bleeding, is hurt, got hurt, on fire,
unfall, krankenhaus, verletzt, fieber, gestürzt, brennt, blessé, blessée, fièvre, el hospital, herido, herida, fiebre,
all ospedale, ferito, ferita, febbre, ziekenhuis, gewond, koorts, ao hospital, ferido, ferida, febre,
di hospital, rumah sakit, cedera, demam, 医院, 受伤, 发烧
""")
_KIN = phrases("""
mum, mom, mother, dad, father, grandma, grandpa, granny, your son, your daughter, your child, your wife, your husband,
your brother, your sister, our son, our daughter, my wife, my husband, my son, my daughter,
mama, papa, mutter, vater, oma, opa, ihr kind, dein kind, ihr sohn, ihre tochter, dein sohn, deine tochter, deine frau,
dein mann, dein bruder, deine schwester, maman, mamie, papi, ton père, ta mère, ton fils, ta fille, votre enfant,
votre fils, votre fille, mamá, papá, abuela, abuelo, tu hijo, tu hija, su hijo, su hija, mamma, papà, nonna, nonno,
tuo figlio, tua figlia, suo figlio, sua figlia, moeder, vader, je zoon, je dochter, uw kind, mãe, pai, avó, avô,
seu filho, sua filha, teu filho, tua filha, mak, ayah, ibu, nenek, datuk, anak awak, anak anda, 妈妈, 爸爸, 奶奶, 爷爷,
孩子
""")
_CALLS = phrases("""
call me, ring me, phone me, come now, please come, come quickly, come home, pick her, pick him, fetch her, fetch him,
ruf mich, ruf an, ruf sofort, komm bitte, bitte komm, komm sofort, komm schnell, hol sie, hol ihn, bitte abholen,
appelle moi, rappelle moi, viens vite, venez la, venez le, llámame, ven rápido, ven ya, recógela, recógelo,
chiamami, vieni subito, vieni a, bel me, kom snel, kom nu, haal haar, haal hem, liga me, me liga, vem já,
telefon saya, hubungi saya, datang segera, balik segera, jemput, 给我打, 快来, 回电, 来接
""")
_FOR_KIN = _GRAVE | phrases("""
please collect, collect your, picked up, holen sie, bitte holen, abzuholen, venir chercher, venez chercher, recoja a,
recojan a, recoger a, venga a, venite a, venire a, ophalen, komt u, venha buscar, buscar o, buscar a, ambil anak
""")
_OVER = phrases("""
is fine, are fine, all fine, is well, much better, back home, home again, was released, been released, discharged,
false alarm, a drill, exercise, last year, years ago, a film, the film, the movie, the book, the series, condolences,
if your, accident insurance,
geht es gut, es gut, wieder gut, wieder zuhause, wieder daheim, entlassen, fehlalarm, übung, letztes jahr, vor jahren,
der film, einen film, das buch, wenn ihr, falls ihr, va bien, va mieux, l an, si votre, está bien, está mejor,
simulacro, año pasado, sta bene, sta meglio, dimesso, dimessa, esercitazione, gaat goed, weer thuis, oefening,
exercício, sudah sihat, sudah pulih, latihan, 出院, 没事, 演习
""")
_MONEY_WANTED = phrases("""
donate, donation, donations, charity, fundraiser, fundraising, gift cards, western union, transfer, wire, send money,
iban, bail, spende, spenden, überweise, überweisen, überweisung, geld, un don, vos dons, virement, argent, donar,
donación, donativo, transferencia, dinero, donare, donazione, bonifico, soldi, doneren, donatie, overmaken, doar,
doação, transferência, dinheiro, derma, sumbangan, pindahkan, wang, 捐款, 转账, 汇款
""")
_OF_BULK = frozenset({"unsubscribe", "list", "one click", "bulk", "label promotions", "label social"})
_OF_CROWDS = _OF_BULK | {"auto-submitted"}
_OF_PEOPLE = frozenset({"free mail", "answer", "colleague", "own house", "chat"})
_DOUBTED = frozenset({"suspicious", "authentication failed", "label spam"})

_JOURNEY = phrases("""
flight, flights, train, trains, ferry, appointment, flug, flüge, zug, fähre, termin, arzttermin, zahnarzttermin, vol,
train, rendez, ferry, vuelo, tren, cita, volo, treno, appuntamento, visita, vlucht, trein, afspraak, voo, comboio,
trem, consulta, penerbangan, kereta, temu janji, janji temu, 航班, 火车, 列车, 预约
""")
_MOVABLE = _JOURNEY - {"visita", "consulta"} | phrases("sua consulta, tua consulta, sua visita, tua visita")
"""What has changed may ask for a visit, or to consult it, in the same words."""

_OFF = phrases("""
is cancelled, was cancelled, been cancelled, has cancelled, are cancelled, were cancelled, is canceled, was canceled,
been canceled, has canceled, are canceled, were canceled, flight cancelled, flight canceled, train cancelled,
train canceled, appointment cancelled, appointment canceled, cancelled your, canceled your,
annulliert, gestrichen, fällt aus, ausgefallen, entfällt, abgesagt, est annulé, été annulé, vol annulé, train annulé,
est supprimé, été supprimé, cancelado, ha sido cancelada, sido cancelada, está cancelada, cancellato, cancellata,
soppresso, annullato, annullata, geannuleerd, rijdt niet, vervalt, cancelada, suprimido, dibatalkan,
已取, 被取, 停运
""")
_MOVED = phrases("""
is delayed, been delayed, was delayed, delayed by, is rescheduled, been rescheduled, was rescheduled, rescheduled to,
rescheduled for, been moved, was moved, been postponed, was postponed, is postponed, brought forward, new departure,
new time, schedule change,
verschoben, verlegt, vorverlegt, vertagt, neuer termin, neue abflugzeit, neue abfahrtszeit, verspätet, hat verspätung,
est retardé, est retardée, été retardé, est reporté, été reporté, est décalé, été décalé, est déplacé, été déplacé,
été avancé, nouvel horaire, retrasado, ha cambiado, aplazado, aplazada, reprogramado, reprogramada, sido modificado,
sido modificada, posticipato, posticipata, rinviato, rinviata, riprogrammato, spostato, spostata, stato modificato,
stata modificata, nuovo orario, vertraagd, is gewijzigd, is verplaatst, is verzet, uitgesteld, nieuwe vertrektijd,
atrasado, adiado, adiada, reagendado, reagendada, remarcado, remarcada, foi alterado, foi alterada, novo horário,
ditunda, dijadualkan semula, ditangguhkan, dijadwalkan ulang, 延误, 改期, 推迟
""")
_UPSETTING = _OFF | _MOVED
_OWN_WISH = phrases("""
as requested, you requested, your request, you cancelled, you canceled, you asked, you moved, you changed,
you rescheduled, free cancellation, auf wunsch, ihren wunsch, deinen wunsch, wie gewünscht, votre demande, su solicitud,
tu solicitud, sua richiesta, tua richiesta, uw verzoek, seu pedido, permintaan anda, 按您
""")
_DELIVERY = phrases("""
delivery, be delivered, will deliver, deliver your, technician, lieferung, geliefert, zugestellt, zustellung,
techniker, livraison, sera livré, sera livrée, seront livrés, technicien, entrega, entregará, técnico, consegna,
tecnico, bezorgd, bezorging, levering, geleverd, monteur, será entregue, penghantaran, akan dihantar, 送货, 派送, 配送
""")
_DELIVERED = phrases("""
wurde, wurden, geliefert worden, zugestellt worden, is bezorgd, is geleverd, werd, werden bezorgd, werden geleverd
""")
_TODAY = phrases("today, heute, aujourd, hoy, oggi, vandaag, hoje, hari ini, 今天, 今日")
_AT_HOME = expression(
    r"\b(?:be (?:at )?home(?! base)|be present|(?:someone|somebody) must|to sign|zu ?hause (?:sein|sind|ist|bleiben)"
    r"|votre présence|(?:être|soyez) présent|(?:estar|esté|alguien) en casa|(?:essere|sia|qualcuno) in casa"
    r"|sua presenza|thuis (?:zijn|bent|is|blijven)|iemand thuis|(?:estar|esteja|alguém) em casa"
    r"|(?:berada|ada|orang) di rumah)\b|在家|家中",
    re.IGNORECASE,
)
_UNSAID = expression(
    r"\b(?:if|unless|in case|nobody|no one|(?:is|are) confirmed|falls (?:sie|ihre?|der|die|das|es|er)|wenn|sofern"
    r"|niemand|(?:ist|sind) bestätigt|si (?:votre|vous|le|la|su|el)|personne ne|est confirmée?|nadie|está confirmad[ao]"
    r"|se (?:il|la sua|il suo|o seu|a sua)|nessuno|è confermat[ao]|als (?:u|uw|de)|is bevestigd|ninguém|jika"
    r"|sekiranya|tiada sesiapa)\b.*|如果.*|\b(?:not|nicht)\s+\w+|(?<!rijdt )\bniet\s+\w+",
    re.IGNORECASE,
)
"""What is only feared, denied, or may befall what stands."""


def mishaps(found: Set[str], said: Sequence[str], signals: Set[str]) -> Iterator[str]:
    """Name the mishap that a message with the words `found`, the sentences `said` and these `signals` tells of."""
    if not signals.isdisjoint(_DOUBTED):
        return
    if signals.isdisjoint(_OF_CROWDS) and _is_emergency(found):
        yield "emergency"
    if not signals.isdisjoint(_OF_PEOPLE):
        return
    if _is_upset(found, said) or (signals.isdisjoint(_OF_BULK) and _wants_home(found, said)):
        yield "upset plan"


def _is_emergency(found: Set[str]) -> bool:
    if found.isdisjoint(_HARM):
        return False
    calls, kin = not found.isdisjoint(_CALLS), not found.isdisjoint(_KIN)
    if not (calls or (kin and not found.isdisjoint(_FOR_KIN))):
        return False
    return all(found.isdisjoint(words) for words in (_OVER, _MONEY_WANTED, SCAM))


def _is_upset(found: Set[str], said: Sequence[str]) -> bool:
    """Whether a journey or an appointment is called off or moved, and not because the owner wished so."""
    if found.isdisjoint(_UPSETTING) or not found.isdisjoint(_OWN_WISH):
        return False
    return any(_upsets(_told(sentence)) for sentence in said)


def _upsets(told: Set[str]) -> bool:
    is_off = not (told.isdisjoint(_OFF) or told.isdisjoint(_JOURNEY))
    return is_off or not (told.isdisjoint(_MOVED) or told.isdisjoint(_MOVABLE))


def _wants_home(found: Set[str], said: Sequence[str]) -> bool:
    """Whether what is delivered today wants somebody at home."""
    if found.isdisjoint(_TODAY) or found.isdisjoint(_DELIVERY):
        return False
    return any(_AT_HOME.search(_affirmed(one)) for one in said) and any(_comes_today(_told(one)) for one in said)


def _comes_today(told: Set[str]) -> bool:
    return told.isdisjoint(_DELIVERED) and not (told.isdisjoint(_TODAY) or told.isdisjoint(_DELIVERY))


def _told(sentence: str) -> set[str]:
    return features(words(_affirmed(sentence)))


def _affirmed(sentence: str) -> str:
    return _UNSAID.sub("", sentence)
