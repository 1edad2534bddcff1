"""Where anybody has an address: two people there have no more in common than the domain."""

from __future__ import annotations

_DOMAINS = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com
aol.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mailbox.org proton.me protonmail.com
pm.me fastmail.com tutanota.com orange.fr free.fr laposte.net wanadoo.fr sfr.fr libero.it virgilio.it tiscali.it
ziggo.nl kpnmail.nl xs4all.nl uol.com.br bol.com.br sapo.pt terra.es yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it
yahoo.com.br btinternet.com sky.com comcast.net verizon.net bluewin.ch qq.com 163.com 126.com sina.com foxmail.com
yandex.ru mail.ru naver.com yahoo.com.my hotmail.co.uk hotmail.fr mail.com email.com gmx.com
"""
FREE_MAIL = frozenset(_DOMAINS.split())
