"""Words and word pairs that speak for a kind of mail whoever writes it, in nine languages."""

from __future__ import annotations

from collections.abc import Iterable

_TELLING: set[str] = set()
"""Whatever stands in one of the vocabularies."""


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of `text`, which stand apart by spaces."""
    return _known(text.split())


def phrases(text: str) -> frozenset[str]:
    """Return the words and word pairs of `text`, which stand apart by commas and line ends."""
    return _known(phrase.strip() for phrase in text.replace("\n", ",").split(",") if phrase.strip())


def telling(found: set[str]) -> set[str]:
    """Return those few of `found` that stand in any vocabulary: asking each one about them alone is much quicker."""
    return found & _TELLING


def _known(words: Iterable[str]) -> frozenset[str]:
    made = frozenset(words)
    _TELLING.update(made)
    return made


URGENCY = phrases("""
urgent, urgently, asap, immediately, escalation, escalate, escalated, escalating, outage, critical, emergency,
blocker, sev1, sev2, sev 1, sev 2, p1, p2, severity, paged, pager, incident declared,
right away, at once, as soon, production down, is down, are down, still down, still broken, is blocked, are blocked,
cannot wait, can't wait,
time sensitive, high priority, top priority, losing money, losing customers, last chance to avoid, without delay,
dringend, dringlich, sofort, umgehend, eilt, eilig, notfall, ausfall, eskalation, schnellstmöglich, steht still,
unverzüglich, so schnell,
urgence, urgente, urgentes, immédiatement, immédiat, panne, bloqué, bloquée, plus vite, plus tôt,
urgencia, inmediatamente, inmediata, cuanto antes, caído, caída, emergencia, bloqueado, bloqueados,
urgenza, immediatamente, subito, emergenza, bloccato, bloccati, prima possibile, guasto,
dringende, spoed, onmiddellijk, storing, meteen, zo snel, noodgeval, ligt plat,
urgência, imediatamente, imediato, emergência, parado, mais rápido, quanto antes,
segera, kecemasan, mendesak, darurat, secepat mungkin, tergendala,
紧急, 立即, 马上, 尽快, 故障, 中断, 加急, 火速
""")

MONEY = phrases("""
invoice, receipt, order, payment, paid, purchase, refund, billing, statement, subscription renewed, shipped,
shipment, delivery, delivered,
tracking, parcel, dispatched, booking, reservation, itinerary, ticket number, check in, boarding, order number,
order confirmation, total, expense report, expense claim, travel claim, reimbursement, reimbursed, payout, payslip,
subtotal, vat, amount, your order, your receipt, your invoice, your booking, your payment, your statement,
statement is, transaction, e statement,
direct debit, charged, debited, credited, balance, renewal, renews, policy number, appointment confirmed,
rechnung, quittung, bestellung, zahlung, bezahlt, lieferung, sendung, versandt, versendet, sendungsverfolgung,
paket, buchung, betrag, mwst,
gesamtbetrag, kontoauszug, rechnungsnummer, bestellnummer, abbuchung, lastschrift, auftragsbestätigung,
bestellbestätigung, zugestellt, spesenabrechnung, reisekostenabrechnung, erstattung, remboursement,
facture, reçu, commande, paiement, livraison, expédié, expédiée, colis, réservation, montant, tva, votre commande,
relevé, prélèvement, remboursement,
factura, recibo, pedido, pago, envío, enviado, entrega, reserva, importe, iva, su pedido, tu pedido, extracto,
reembolso,
fattura, ricevuta, ordine, pagamento, spedizione, spedito, consegna, prenotazione, importo, estratto, rimborso,
bonifico,
factuur, bestelling, betaling, bezorging, verzonden, pakket, reservering, bedrag, btw, kwitantie, afschrift,
fatura, encomenda, pagamento, entrega, reserva, valor total, recibo, extrato, reembolso,
invois, resit, pesanan, pembayaran, penghantaran, dihantar, bungkusan, tempahan, jumlah, penyata, faktur,
pengiriman, tagihan, bil,
发票, 收据, 订单, 付款, 支付, 发货, 快递, 预订, 金额, 账单, 退款, 对账
""")

PROMOTION = phrases("""
sale, discount, deal, deals, coupon, voucher, promo, free shipping, limited time, shop now, buy now, save up,
exclusive, subscribe, unsubscribe, newsletter, digest,
this week, weekly, edition, read more, view in, new arrivals, special offer, offers, off your, recommended for,
top stories, webinar, sign up,
rabatt, angebot, angebote, gutschein, sparen, jetzt, nur heute, aktion, schnäppchen, abmelden, abbestellen,
weiterlesen, neuheiten, ausgabe,
soldes, remise, réduction, promotion, offre, offres, profitez, désabonner, désinscrire, lire la, nouveautés,
oferta, ofertas, descuento, descuentos, rebajas, aprovecha, darse de, boletín, novedades,
offerta, offerte, sconto, sconti, saldi, disiscriviti, iscrizione, novità,
aanbieding, aanbiedingen, korting, uitverkoop, afmelden, uitschrijven, nieuwsbrief,
promoção, promoções, desconto, descontos, aproveite, cancelar inscrição, novidades, ofertas,
tawaran, diskaun, jualan, promosi, jimat, berhenti langgan, diskon, surat berita,
优惠, 折扣, 促销, 特价, 退订, 周刊, 限时, 新品
""")

BUSINESS = phrases("""
meeting, project, deadline, client, customer, customers, team, review, pull request, code review, deploy,
deployment, release, sprint, report, quarterly, budget,
contract, proposal, agenda, minutes, stakeholder, roadmap, incident, postmortem, slides, deck, spec, quote, kickoff,
onboarding, timeline, invoice attached,
kind regards, best regards, regards, colleague, colleagues, office, hiring, candidate, interview, presentation,
production, server, export, api, bug, branch, merge,
besprechung, projekt, kunde, kunden, vertrag, angebot für, bericht, termin, abteilung, kollegen, kollege,
mit freundlichen, freundlichen grüßen, viele grüße, präsentation, entwurf, freigabe,
réunion, projet, client, contrat, rapport, équipe, dossier, cordialement, bien cordialement, devis, compte rendu,
présentation,
reunión, proyecto, cliente, clientes, contrato, informe, equipo, presupuesto, un saludo, saludos cordiales,
atentamente,
riunione, progetto, contratto, relazione, cordiali saluti, distinti saluti, preventivo, bozza,
vergadering, klant, klanten, contract, rapport, met vriendelijke, vriendelijke groet, offerte voor, concept, overleg,
reunião, projeto, contrato, relatório, equipe, atenciosamente, proposta, orçamento,
mesyuarat, projek, pelanggan, kontrak, laporan, pasukan, rapat, proyek, salam hormat, yang benar, sebut harga,
会议, 项目, 客户, 合同, 报告, 团队, 评审, 上线, 此致
""")

STAFF = phrases("""
timesheet, timesheets, time sheet, your hours, payroll, line manager, human resources, annual leave, leave request,
compliance training, security training, yearly training, mandatory training, appraisal,
performance review, self assessment, expense claim, expense report, cost centre, cost center, purchase request,
code of conduct, employees, all staff,
stundenzettel, zeiterfassung, arbeitszeiten, lohnabrechnung, gehaltsabrechnung, personalabteilung, urlaubsantrag,
pflichtschulung, schulung, mitarbeitergespräch, spesenabrechnung, kostenstelle, belegschaft, mitarbeitende,
feuille de temps, feuilles de, la paie, ressources humaines, formation obligatoire, entretien annuel,
hoja de horas, nómina, recursos humanos, formación obligatoria, foglio ore, busta paga,
risorse umane, formazione obbligatoria, urenstaat, loonadministratie, personeelszaken, verplichte training,
folha de, recursos humanos, formação obrigatória, kad masa, sumber manusia, latihan wajib,
工时, 考勤, 工资, 人力, 必修
""")

INTIMATE = phrases("""
love, hugs, xoxo, mum, mom, mama, dad, papa, grandma, grandpa, granny, birthday, dinner, weekend, kids, party,
holiday, holidays, school, see you, miss you, how are,
barbecue, bbq, wedding, garden, beach, cousin, aunt, uncle, sister, brother, football, picnic, catch up, lots of,
neighbour, neighbor, class, teacher, babysitter,
liebe grüße, lg, oma, opa, tante, geburtstag, abendessen, kinder, wochenende, familie, schule, kuss, umarmung,
grillen, ganz lieb, deine, dein,
bisous, bises, anniversaire, maman, mamie, papi, dîner, vacances, famille, enfants, je t, gros bisous, l école,
besos, abrazo, abrazos, cumpleaños, mamá, papá, abuela, abuelo, cena, familia, niños, fiesta, un beso,
baci, abbraccio, compleanno, mamma, papà, nonna, nonno, cena, famiglia, bambini, un bacio, festa,
groetjes, liefs, kusjes, verjaardag, oma, opa, eten, gezin, kinderen, feestje, knuffel,
beijos, abraço, abraços, aniversário, mãe, pai, avó, avô, jantar, família, crianças, festa, beijinhos,
mak, ayah, ibu, nenek, datuk, adik, kakak, abang, hari jadi, makan malam, keluarga, kenduri, sayang, rindu,
ulang tahun, cikgu, sekolah,
妈妈, 爸爸, 奶奶, 爷爷, 生日, 吃饭, 周末, 家里, 孩子, 想你, 聚会
""")

SCAM = phrases("""
winner, lottery, prize, inheritance, viagra, casino, pills, guaranteed, risk free, million dollars, wire transfer,
beneficiary, click here, dear friend, dear customer,
act now, make money, earn money, work from, crypto, bitcoin, double your, investment opportunity, weight loss,
no obligation, congratulations you, you have won, you won, claim your, next of,
kin, be suspended, been suspended, been limited, account suspended, verify your, confirm your, your password,
gift card, unpaid customs,
gewonnen, lotterie, erbschaft, garantiert, konto gesperrt, gesperrt, verifizieren, ihr konto, jetzt bestätigen,
gagné, loterie, héritage, garanti, compte suspendu, suspendu, cliquez ici, vérifiez votre,
ganado, ganador, lotería, herencia, premio, cuenta suspendida, suspendida, haga clic, verifique su,
vinto, lotteria, eredità, premio, sospeso, clicca qui, verifica il, gewonnen, loterij, geblokkeerd, klik hier,
ganhou, herança, prêmio, suspensa, clique aqui,
menang, hadiah, warisan, digantung, klik di, undian, 中奖, 贷款, 赌场, 点击, 冻结
""")

TROUBLE = phrases("""
broken, fails, failing, failed, failure, outage, down, unusable, not working, doesn't work, does not,
stopped working, no longer, stuck, crashed, corrupted, lost, wrong,
error, errors, unacceptable, complaint, complaints, breach, penalty, service level, sla, cancel, terminate,
third time, still waiting, still no, fix, fixed, resolve, resolved,
kaputt, defekt, fehler, fehlerhaft, funktioniert nicht, geht nicht, ausgefallen, stillstand, beschwerde,
vertragsstrafe, kündigen, immer noch, behoben, beheben,
cassé, erreur, erreurs, ne fonctionne, ne marche, en panne, réclamation, pénalité, résilier, toujours pas, corrigé,
rétabli,
roto, error, errores, no funciona, fallo, fallos, queja, penalización, cancelar, todavía no, arreglado, solucionado,
resuelto,
rotto, errore, errori, non funziona, guasto, reclamo, penale, disdire, ancora no, risolto, sistemato,
kapot, fout, fouten, werkt niet, klacht, boete, opzeggen, nog steeds, opgelost, hersteld,
avariado, erro, erros, não funciona, falha, falhas, reclamação, multa, cancelar, ainda não, resolvido, corrigido,
rosak, ralat, tidak berfungsi, gagal, aduan, penalti, batalkan, masih belum, dibaiki, diselesaikan, rusak, keluhan,
故障, 错误, 失败, 坏了, 投诉, 违约, 取消, 修复, 解决, 无法
""")

OWES = phrases("""
overdue, past due, payment failed, failed payment, declined, could not, unpaid, action required, expires, expiring,
payment due, due date, is due, pay by, reminder, final notice, card expired,
überfällig, mahnung, zahlungserinnerung, fällig, fehlgeschlagen, abgelehnt, zahlbar,
échéance, impayé, impayée, rappel, échoué, refusé, à payer,
vencido, vence, pendiente, rechazado, fallido, scaduto, scadenza, rifiutato, insoluto, sollecito, verlopen, vervalt,
mislukt, herinnering, vencimento, atraso, recusado,
tertunggak, perlu dibayar, gagal, tarikh akhir, peringatan, jatuh tempo, 逾期, 到期, 失败, 应付, 欠费
""")

CREDENTIALS = phrases("""
password, passcode, account, login, log in, verify, verification, confirm, card, credit card, bank, identity,
suspended, locked, restricted, limited, pin, otp, security,
passwort, konto, anmelden, verifizieren, bestätigen, karte, gesperrt, eingeschränkt, tan, mot de, compte, carte,
suspendu, bloqué, identité, contraseña, cuenta, tarjeta,
suspendida, bloqueada, verificar, banco, conto, carta, sospeso, bloccato, verifica, banca, wachtwoord, rekening,
pas, geblokkeerd, bevestig, senha, conta, cartão, bloqueada,
kata laluan, akaun, kad, disahkan, sahkan, digantung, disekat, maybank, 密码, 账户, 银行卡, 验证, 冻结
""") - {"maybank"}

BANK = phrases("bank, banking, banque, banco, banca, sparkasse, caixa, 银行, online banking, your bank, credit union")

MACHINE_MAILBOX = tuple(
    vocabulary(
        """
    no-reply noreply no_reply donotreply do-not-reply notification notify alert billing invoice orders order-
    receipt shipping service@ support@ mailer auto- updates@ news info@ hello@ marketing offers deals promo
    digest statement confirm booking reservation payments account security team@ rechnung kundenservice
    bestellung
    """
    )
)
