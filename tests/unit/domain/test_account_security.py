"""Mail about the security of an account is known as such whoever sends it and whatever the language; little else is."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account_security import WORDINGS, is_account_security
from domain.kinds import Kind, Risk
from domain.messages import Label
from domain.policy import risk_of
from domain.prefilter import prefilter
from domain.triage import Protection, protection
from tests.contract.local.mails import a_mail

NOTICES = """\
Microsoft account unusual sign-in activity
New login to Instagram
New sign in to your account
We noticed a new login, jo
Reset your password
Your password has been updated
Password changed successfully
[GitHub] A new public key was added to your account
[GitHub] Your password was reset
[GitHub] A personal access token has been added to your account
Suspicious activity on your account
Two-factor authentication has been turned off
Your recovery email changed
Recovery phone was removed from your Google Account
Security alert for jo@home.example
A new device is using your account
New device signed in to your account
Did you just log in? New Chrome sign-in on Windows
Someone tried to access your account: sign-in attempt was blocked
Was this you? Login from Minsk
Your Facebook password was changed
Your Apple ID was used to sign in to iCloud via a web browser: your ID was accessed on an unknown device
Your X account was accessed from a new location
2-Step Verification turned on
Your account has been locked
Your phone number was removed from your account
Ihr Passwort wurde geändert
Neue Anmeldung bei Ihrem Konto
Passwort zurücksetzen
Ungewöhnliche Aktivität in deinem Konto
Sicherheitswarnung: neues Gerät
Die Zwei-Faktor-Authentifizierung wurde deaktiviert
Deine E-Mail-Adresse wurde geändert
Dein Konto wurde gesperrt
Warst du das? Login von einem neuen Gerät
Votre mot de passe a été modifié
Nouvelle connexion à votre compte
Réinitialisez votre mot de passe
Activité suspecte détectée sur votre compte
Alerte de sécurité
La validation en deux étapes a été désactivée
Connexion inhabituelle à votre compte Microsoft
Était-ce vous ? Une connexion depuis un nouvel appareil
Tu contraseña ha sido cambiada
Nuevo inicio de sesión en Instagram
Restablece tu contraseña
Actividad sospechosa en tu cuenta
La verificación en dos pasos se ha desactivado
Hemos bloqueado tu cuenta
¿Fuiste tú? Inicio de sesión desde un dispositivo nuevo
La tua password è stata modificata
Nuovo accesso al tuo account
Reimposta la password
Attività sospetta sul tuo account
Avviso di sicurezza
La verifica in due passaggi è stata disattivata
Sua senha foi alterada
Novo login na sua conta
Redefinir senha
Atividade suspeita na sua conta
A verificação em duas etapas foi desativada
A sua palavra-passe foi reposta
Alerta de segurança
Je wachtwoord is gewijzigd
Nieuwe aanmelding bij je account
Stel je wachtwoord opnieuw in
Verdachte activiteit op je account
Tweestapsverificatie is uitgeschakeld
Kata laluan anda telah ditukar
Log masuk baharu ke akaun anda
Tetapkan semula kata laluan anda
Aktiviti mencurigakan pada akaun anda
Amaran keselamatan
Kata sandi Anda telah diubah
Login baru ke akun Anda
Atur ulang kata sandi Anda
Aktivitas mencurigakan di akun Anda
Peringatan keamanan
您的密码已更改
新设备登录提醒
パスワードが変更されました
新しいログインがありました
""".splitlines()

ORDINARY = """\
Log in to see our new arrivals
New in: sweaters, boots and a device for your kitchen
Your weekly digest: 12 new posts in your network
50% off everything this weekend
A bonus was added to your account balance!
Your account statement for November is ready
Your account manager wishes you a happy new year
Create your account and get 10% off
Update your e-mail preferences
Sign up for our newsletter and win
Sign in once, save all year: members' prices
Jo, you have 3 new followers
People are looking at your profile
Your order has been updated
Your booking is confirmed
Meet the new phone: now with two cameras
The key to a better night's sleep
Unlock 20% off your next order
Unlock your potential with our new course
Introducing our new app for all your devices
Your subscription has been renewed
Payment received, thank you
Your invoice is attached
Changes to our terms of service
We've updated our privacy policy
Reset your mind: ten minutes of calm
A step by step guide to sourdough
Two factors that decide your mortgage
New comments on your photo
Your Pin was added to a board
Suspiciously good deals on flights
Unusual places to stay this summer
Recovery tips after your marathon
The best landing page designs of the year
Security team wins the regional cup
Your parcel was delivered
Neu im Sortiment: Winterjacken
Ihr Kontoauszug ist da
Jetzt anmelden und 10 € sparen
Ihre Bestellung wurde aktualisiert
Änderung unserer Nutzungsbedingungen
Der Schlüssel zum Erfolg
Ihre Anmeldung zum Newsletter
Nouveautés de la semaine
Votre commande a été modifiée
Compte rendu de la réunion du 12 novembre
Profitez de votre compte fidélité : -20 %
Ten en cuenta: cambiamos de horario
Nuevos productos en oferta
Tu pedido ha sido actualizado
Crea tu cuenta y consigue un regalo
Claves para cambiar de vida
Novità della settimana
Il tuo ordine è stato aggiornato
Accesso anticipato ai saldi
Novidades da semana
Seu pedido foi atualizado
Abra sua conta e ganhe
Nieuwe collectie nu binnen
Je bestelling is bijgewerkt
Maak een account aan en bespaar
Tawaran baharu minggu ini
Pesanan anda telah dikemas kini
Penyata akaun anda sudah sedia
Promo baru untuk kamu
Pesanan Anda telah diperbarui
本周新品上架
あなたへのおすすめ
""".splitlines()

ADVERT = """\
Hello Jo,

the new season is here, and so are the new arrivals: log in to your account to see what we have chosen for you, or add
your favourites to a list. Every order is sent within a day, and changes are free of charge until it leaves the house.

You get this letter since your e-mail address was added to our list. To change what you get, update your preferences or
unsubscribe. New here? Create an account; a gift is added to your first order.
"""


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_is_known_by_its_subject_and_by_its_text(notice: str) -> None:
    assert is_account_security(a_mail("Hello.", subject=notice))
    assert is_account_security(a_mail(f"Hello Jo,\n\n{notice}.\n\nThe team", subject="Hello"))


@pytest.mark.parametrize("subject", ORDINARY)
def test_ordinary_mail_is_not_taken_for_one(subject: str) -> None:
    assert not is_account_security(a_mail(ADVERT, subject=subject))


def test_the_tables_are_as_long_as_they_are_meant_to_be() -> None:
    assert (len(NOTICES) >= 60, len(ORDINARY) >= 60) == (True, True)


@pytest.mark.parametrize("label", [Label.PROMOTIONS, Label.SOCIAL])
@pytest.mark.parametrize("notice", NOTICES)
def test_no_standing_order_puts_a_notice_away_wherever_the_provider_files_it(notice: str, label: Label) -> None:
    mail = a_mail("Hello.", subject=notice, sender="Network <security@mail.instagram.com>", labels=frozenset({label}))
    assert prefilter(mail) is None
    assert protection(mail) is Protection.ACCOUNT_SECURITY
    assert risk_of(Kind.ARCHIVE, message=mail, ordered=True) is Risk.APPROVAL


@pytest.mark.parametrize("subject", ORDINARY)
def test_what_a_shop_sends_still_goes_by_the_prefilter(subject: str) -> None:
    assert prefilter(a_mail(ADVERT, subject=subject, labels=frozenset({Label.PROMOTIONS}))) is not None


def test_the_spelling_of_hyphens_apostrophes_letters_and_breaks_does_not_matter() -> None:
    spelled = (
        "New sign\u2011in to your account",
        "NEW  SIGN-IN",
        "If this wasn\u2019t you",
        "your\n*password*\nwas reset",
    )
    for text in (*spelled, "Alerte de se\u0301curite\u0301"):
        assert is_account_security(a_mail(text))


def test_two_words_of_a_pair_count_in_one_sentence_and_near_each_other_alone() -> None:
    assert is_account_security(a_mail("We reset it for you: the password."))
    assert not is_account_security(a_mail("We sell passwords. Prices changed."))
    far = "A password is a thing that you should keep to yourself, we think, and by the way our prices have changed"
    assert not is_account_security(a_mail(far))


@given(st.text())
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    is_account_security(replace(a_mail(text), subject=text))


@given(st.integers(0, len(WORDINGS) - 1), st.data())
def test_hostile_repetition_takes_no_time(number: int, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(WORDINGS[number].alone.replace("\n", ",").split(",")))
    started = process_time()
    is_account_security(a_mail(f"{word[:-1]} " * 5000))
    assert process_time() - started < 5
