"""Recognises mail about the security of an account, in the words of many languages and of whatever service.

It errs to the safe side: what is taken for such mail without being it merely waits for the owner's word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TypeAlias

from domain.expressions import expression
from domain.messages import Message

_SUBJECT_READ = 300
_TEXT_READ = 1500
_KEPT = 256
"""Of how many messages the answer is kept: who sorts a batch, and who proposes on it right after, both ask."""
_NEAR = 8
"""How many words may lie between the two of a pair."""
_GAP = 3
"""For how many words `…` may stand."""
_STEM = 3
"""By how many letters a word with any ending is looked up; none has fewer before its `*`."""
_ANY_ENDING, _ANYTHING, _END = "*", "…", "."
_ENDS = b"!?;|"
_BESIDES = b"\"#$%&'()+,-/:<=>@[\\]^_`{}~"
_SIGNS = bytes.maketrans(_ENDS + _BESIDES, _END.encode() * len(_ENDS) + b" " * len(_BESIDES))
_SIGNS_BEYOND_ASCII = "\u00a0\u2010\u2011–—’“”„«»¿¡，、：「」"
_ENDS_BEYOND_ASCII = "。！？；"
_Half: TypeAlias = tuple[int, bool]
_WITHOUT_SPACES = expression(r"[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language speaks of it: `keys` and what befalls them, accounts and what alarms, and what suffices alone.

    Commas and line ends stand between phrases. `*` is any ending, `-` a hyphen, a space or nothing, `…` up to three
    words. Two of a pair stand close together in one sentence, in either order.
    """

    keys: str
    changes: str
    accounts: str
    alarms: str
    alone: str


WORDINGS = (
    Wording(  # English
        keys="""password*, passcode, passkey*, pass-phrase, two-factor, 2-factor, two-step, 2-step, 2fa, mfa,
            multi-factor, authenticator, security key*, ssh key*, public key*, gpg key*, deploy key*, access token*,
            api key*, app password*, recovery e-mail*, recovery phone*, recovery method*, recovery key, backup code*,
            sign-in method*, log-in method*, security question*, security info, security information, trusted device*,
            trusted phone*""",
        changes="""changed, change, reset*, updated, added, add, removed, deleted, enabled, disabled, turned on,
            turned off, activated, deactivated, created, generated, expire, expires, expired, expiring, compromised,
            leaked, exposed, stolen, breach*, forgot, forgotten, request*, revoked, verify, used, incorrect, set up,
            new to your""",
        accounts="account*, your profile, your id, your sign-in, your log-in, your session*",
        alarms="""unusual, suspicious, unrecogni*, unfamiliar, unauthori*, compromised, locked, unlock*, hacked,
            hijack*, breach*, accessed, suspended, deactivated, deletion, verify, restricted, recover, recovery,
            signed in, logged in, third-party, new device, unknown device, took place""",
        alone="""new sign-in, new … sign-in on, new … sign-in from, new log-in, new … log-in on, new … log-in from,
            sign-in attempt*, log-in attempt*, sign-in … blocked, log-in … blocked, sign-in activity, log-in activity,
            sign-in alert*, log-in alert*, log-in notification*, sign-in notification*, signed in from,
            logged in from, sign-in from, log-in from, new device … signed, new device … logged, new device … added,
            new device … linked, new device … registered, new device detected, new device is, from a new device,
            linked to a new device, device was linked, unrecognised device*, unrecognized device*, unknown device*,
            security alert*, security notice, security notification*, security warning, account security,
            unusual activity, suspicious activity, suspicious sign*, suspicious log*, recovery code*,
            recovery e-mail*, recovery phone*, two-factor, two-step verification, 2-step verification, 2-factor,
            verify your identity, confirm your identity, confirm it's you, was this you, was it you, wasn't you,
            was not you, wasn't me, didn't make this change, did not make this change, didn't request a,
            did not request a, e-mail … changed, e-mail … added to your, phone number … changed, phone number … added,
            phone number … removed, number … added to your account, e-mail address … removed,
            e-mail address … updated, key … added to your, new public key, verify your e-mail, verify your account,
            granted access to your""",
    ),
    Wording(  # German
        keys="""passwor*, passwör*, kennwor*, kennwör*, passkey*, zwei-faktor*, 2-faktor*, zwei-stuf*, zwei-schritt*,
            bestätigung in zwei schritten, sicherheitsschlüssel*, ssh-schlüssel*, api-schlüssel*, zugriffstoken*,
            wiederherstellung*, sicherheitsfrage*, anmeldemethode*, authenticator*, zugangsdaten, anmeldedaten""",
        changes="""geändert*, ändern, ändere*, änderung*, zurückgesetzt*, zurücksetz*, zurückzusetzen, aktualisiert*,
            hinzugefügt*, entfernt*, gelöscht*, aktiviert*, deaktiviert*, eingerichtet*, erstellt*, vergessen,
            abgelaufen, läuft … ab, angefordert*, anfrage, kompromittiert*, erneuer*, festgelegt*, gestohlen*""",
        accounts="konto*, konten, benutzerkont*, kundenkont*, account*, profil",
        alarms="""ungewöhnlich*, verdächtig*, unbekannt*, gesperrt*, entsperr*, gehackt*, kompromittiert*, unbefugt*,
            zugegriffen, verifizier*, deaktiviert*, wiederherstell*, neues gerät, neuen gerät, sicherheit,
            neue anmeldung, löschung""",
        alone="""neue anmeldung, neuer … anmeldung, neuer login, neuer log-in, anmeldeversuch*, login-versuch*,
            anmeldung von, anmeldung … neuen gerät, anmeldung … neues gerät, login von, sicherheitswarnung*,
            sicherheitshinweis*, sicherheitsmeldung*, ungewöhnliche anmeld*, ungewöhnliche aktivität*,
            verdächtige aktivität*, verdächtige anmeld*, waren sie das, warst du das, sie das nicht waren,
            du das nicht warst, sie nicht waren, du nicht warst, e-mail-adresse … geändert, telefonnummer … geändert,
            telefonnummer … hinzugefügt, handynummer … geändert, schlüssel … hinzugefügt""",
    ),
    Wording(  # French
        keys="""mot de passe, mots de passe, code d'accès, double authentification, authentification à deux,
            authentification à double, validation en deux, vérification en deux, clé de sécurité, clé ssh,
            clé publique, clé d'accès, clé api, identifiants, adresse de récupération, e-mail de récupération,
            numéro de récupération, code* de récupération, question* de sécurité""",
        changes="""modifi*, chang*, réinitialis*, mis à jour, mise à jour, ajout*, supprim*, activée, activé,
            désactiv*, oublié*, expir*, créé*, compromis*, demande, demandé, volé*""",
        accounts="votre compte, ton compte, vos comptes, compte client, compte utilisateur, compte*",
        alarms="""inhabituel*, suspect*, non autorisé*, piraté*, compromis, bloqué*, verrouillé*, suspendu*,
            désactivé*, vérifiez, vérifie, récupér*, non reconnu*, nouvel appareil, inconnu*, sécurité""",
        alone="""nouvelle connexion, tentative* de connexion, connexion inhabituelle, connexion suspecte,
            connexion … nouvel appareil, connexion depuis, alerte* de sécurité, alerte* de connexion,
            activité inhabituelle, activité suspecte, activité … inhabituelle, activité … suspecte, appareil inconnu,
            était-ce vous, était-ce bien vous, c'était vous, n'était pas vous, n'êtes pas à l'origine,
            adresse e-mail … modifiée, adresse e-mail … changée, numéro de téléphone … modifié,
            numéro de téléphone … ajouté, vérifiez votre identité""",
    ),
    Wording(  # Spanish
        keys="""contraseña*, clave de acceso, claves de acceso, clave de seguridad, clave ssh, clave pública,
            clave api, llave de seguridad, llave de acceso, verificación en dos, autenticación de dos,
            autenticación en dos, doble factor, código* de recuperación, correo de recuperación,
            correo electrónico de recuperación, teléfono de recuperación, pregunta* de seguridad""",
        changes="""cambi*, restablec*, actualizad*, actualiza, actualice, modific*, añadi*, agreg*, elimin*, activad*,
            desactiv*, olvid*, caduc*, vence, cread*, solicit*, robad*""",
        accounts="tu cuenta, su cuenta, tus cuentas, cuenta de",
        alarms="""inusual*, sospechos*, no autorizad*, hackead*, comprometid*, bloquead*, suspendid*, no reconocid*,
            desconocid*, verifica, verifique, recuper*, desactivad*, nuevo dispositivo, seguridad""",
        alone="""nuevo inicio de sesión, nuevo acceso, inicio de sesión … inusual, inicio de sesión … sospechoso,
            inicio de sesión … nuevo, inicio de sesión desde, inicio de sesión en, intento* de inicio,
            intento* de acceso, alerta* de seguridad, aviso de seguridad, actividad … inusual, actividad … sospechosa,
            dispositivo desconocido, fuiste tú, eras tú, fue usted, verifica tu identidad,
            correo electrónico … cambiado, correo electrónico … modificado, número de teléfono … añadido""",
    ),
    Wording(  # Italian
        keys="""password*, verifica in due, verifica a due, autenticazione a due, passkey*, credenziali,
            chiave di sicurezza, chiave ssh, chiave pubblica, codic* di recupero, e-mail di recupero,
            telefono di recupero, numero di recupero, domand* di sicurezza""",
        changes="""cambiat*, cambia, cambio, modific*, reimpost*, aggiornat*, aggiunt*, rimoss*, attivat*,
            disattivat*, dimenticat*, scadut*, scade, scadenza, ripristin*, richiest*, rubat*""",
        accounts="account, tuo profilo, suo profilo, tuo conto, suo conto",
        alarms="""insolit*, sospett*, non autorizzat*, violat*, compromess*, bloccat*, sospes*, sconosciut*, verifica,
            recuper*, disattivat*, nuovo dispositivo, sicurezza""",
        alone="""nuovo accesso, accesso insolito, accesso sospetto, accesso da, tentativ* di accesso,
            avviso di sicurezza, avvis* di sicurezza, attività … insolita, attività … sospetta, attività sospette,
            dispositivo sconosciuto, sei stato tu, sei stata tu, eri tu, non sei stato, indirizzo e-mail … modificato,
            indirizzo e-mail … cambiato, numero di telefono … aggiunto, verifica la tua identità""",
    ),
    Wording(  # Portuguese
        keys="""senha*, palavra-passe, palavras-passe, verificação em duas, verificação em dois, autenticação de dois,
            autenticação de duas, autenticação em dois, dois fatores, chave de segurança, chave de acesso, chave ssh,
            chave pública, código* de recuperação, e-mail de recuperação, telefone de recuperação,
            pergunta* de segurança""",
        changes="""alterad*, alterar, altere, redefin*, atualizad*, adicionad*, removid*, ativad*, desativad*,
            esquec*, expir*, repor, reposi*, repost*, mudad*, mudou, criad*, solicit*, roubad*""",
        accounts="sua conta, tua conta, conta do, conta da",
        alarms="""incomum, invulgar, suspeit*, não autorizad*, invadid*, comprometid*, bloquead*, suspens*,
            desconhecid*, verifique, verifica, recuper*, desativad*, novo dispositivo, segurança""",
        alone="""novo login, novo acesso, novo início de sessão, nova sessão, início de sessão … novo,
            início de sessão em, tentativa* de login, tentativa* de acesso, tentativa* de início,
            alerta* de segurança, aviso de segurança, atividade … incomum, atividade … suspeita, atividade … invulgar,
            login … suspeito, login … novo, dispositivo desconhecido, foi você, foste tu, e-mail … foi alterado,
            número de telefone … adicionado""",
    ),
    Wording(  # Dutch
        keys="""wachtwoord*, passkey*, tweestaps*, twee-staps*, twee-factor*, verificatie in twee,
            beveiligingssleutel*, toegangscode*, toegangssleutel*, ssh-sleutel*, herstelcode*, herstel-e-mail*,
            hersteltelefoon*, beveiligingsvra*, inlogmethode*, inloggegevens""",
        changes="""gewijzigd, wijzig*, veranderd, gereset, reset*, opnieuw, bijgewerkt, toegevoegd, verwijderd,
            ingeschakeld, uitgeschakeld, vergeten, verlopen, verloopt, aangevraagd, aangemaakt, gestolen""",
        accounts="account*, uw profiel, je profiel",
        alarms="""ongebruikelijk*, ongewoon, ongewone, verdacht*, onbekend*, ongeautoriseerd*, gehackt, geblokkeerd,
            vergrendeld, gecompromitteerd, opgeschort, verifieer, verifiëren, ingelogd, herstel*, nieuw apparaat,
            beveiliging""",
        alone="""nieuwe aanmelding, nieuwe login, nieuwe log-in, nieuwe inlog*, inlogpoging*, aanmeldpoging*,
            aanmeldingspoging*, ingelogd … nieuw apparaat, ingelogd vanaf, beveiligingswaarschuwing*,
            beveiligingsmelding*, verdachte activiteit*, ongebruikelijke activiteit*, ongewone activiteit*,
            onbekend apparaat, was jij dit, was u dit, jij dit niet, u dit niet, was jij dat, bent u dit niet,
            e-mailadres … gewijzigd, telefoonnummer … toegevoegd, telefoonnummer … gewijzigd""",
    ),
    Wording(  # Malay
        keys="""kata laluan, kata-laluan, kunci laluan, pengesahan dua, pengesahan 2, kunci keselamatan,
            kod pemulihan, e-mel pemulihan, nombor pemulihan, telefon pemulihan""",
        changes="""ditukar*, tukar, menukar, diubah*, ubah, set semula, tetapkan semula, ditetapkan semula,
            dikemas kini, dikemaskini, ditambah*, dialih, dibuang, dipadam*, diaktifkan, dinyahaktifkan, dihidupkan,
            dimatikan, terlupa, lupa, luput""",
        accounts="akaun",
        alarms="""luar biasa, mencurigakan, tidak dikenali, tanpa kebenaran, digodam, dikunci, disekat, digantung,
            sahkan, dipulihkan, pulihkan, log masuk daripada, log masuk dari, peranti baharu, peranti baru,
            keselamatan""",
        alone="""log masuk baharu, log masuk baru, log masuk yang, cubaan log masuk, percubaan log masuk,
            amaran keselamatan, makluman keselamatan, notis keselamatan, aktiviti … mencurigakan, aktiviti luar biasa,
            adakah ini anda, adakah anda yang, jika bukan anda, jika ini bukan anda, alamat e-mel … ditukar,
            nombor telefon … ditambah, nombor telefon … ditukar""",
    ),
    Wording(  # Indonesian
        keys="""kata sandi, sandi, password, verifikasi dua, verifikasi 2, autentikasi dua, kunci keamanan,
            kunci sandi, kode pemulihan, e-mail pemulihan, nomor pemulihan""",
        changes="""diubah, ubah, mengubah, diganti, ganti, mengganti, atur ulang, setel ulang, menyetel ulang,
            direset, diperbarui, ditambahkan, dihapus, diaktifkan, dinonaktifkan, lupa, kedaluwarsa""",
        accounts="akun",
        alarms="""tidak biasa, mencurigakan, tidak dikenal*, tanpa izin, diretas, dikunci, diblokir, ditangguhkan,
            verifikasi, dipulihkan, pulihkan, perangkat baru, keamanan""",
        alone="""login baru, masuk baru, percobaan login, upaya login, percobaan masuk, upaya masuk,
            peringatan keamanan, notifikasi keamanan, aktivitas … mencurigakan, aktivitas tidak biasa,
            apakah ini anda, jika bukan anda, jika ini bukan anda, alamat e-mail … diubah,
            nomor telepon … ditambahkan, nomor telepon … diubah""",
    ),
    Wording(  # Chinese and Japanese
        keys="""密码, 密碼, 口令, 两步验证, 双重验证, 双重认证, 兩步驟驗證, パスワード, 二段階認証, 二要素認証,
            セキュリティキー""",
        changes="""更改, 修改, 重置, 重設, 变更, 變更, 添加, 移除, 开启, 关闭, 过期, 忘记, 変更, リセット, 再設定,
            追加, 削除, 有効, 無効""",
        accounts="账户, 账号, 帳戶, 帳號, アカウント",
        alarms="异常, 異常, 可疑, 锁定, 鎖定, 被盗, 冻结, 验证您, 不審, ロック, 不正",
        alone="""新登录, 新的登录, 新設備登入, 新设备登录, 登录提醒, 登录异常, 异常登录, 异地登录, 登入嘗試, 安全提醒,
            安全警报, 新しいログイン, 新しいデバイス, 新しい端末, 不審なログイン, セキュリティ通知, セキュリティ警告,
            ログインがありました""",
    ),
)  # fmt: skip


@dataclass(slots=True)
class _Step:
    """Where one stands after some words of phrases: what these words are, and which words may come next."""

    means: set[_Half | None] = field(default_factory=set)
    words: dict[str, _Step] = field(default_factory=dict)
    stems: dict[str, dict[str, _Step]] = field(default_factory=dict)
    gap: _Step | None = None

    def after(self, word: str) -> _Step:
        """Return the step behind `word`, made where it is new."""
        if word == _ANYTHING:
            self.gap = self.gap or _Step()
            return self.gap
        if word.endswith(_ANY_ENDING):
            return self.stems.setdefault(word[:_STEM], {}).setdefault(word.rstrip(_ANY_ENDING), _Step())
        return self.words.setdefault(word, _Step())

    def walk(self, words: Sequence[str], place: int) -> Iterator[tuple[int, _Half | None]]:
        """Yield where each phrase ends that begins so and goes on at `place`, and what it is."""
        for what in self.means:
            yield place, what
        if place < len(words):
            word = words[place]
            if word in self.words:
                yield from self.words[word].walk(words, place + 1)
            for stem, step in self.stems.get(word[:_STEM], {}).items():
                if word.startswith(stem):
                    yield from step.walk(words, place + 1)
        if self.gap is not None:
            for start in range(place, place + _GAP + 1):
                if _END not in words[place:start]:
                    yield from self.gap.walk(words, start)


def is_account_security(message: Message) -> bool:
    """Whether the message speaks of sign-ins, passwords or recovery of an account, whoever claims to send it."""
    return _speaks_of_it(f"{message.subject[:_SUBJECT_READ]}{_END}{message.text[:_TEXT_READ]}")


@lru_cache(maxsize=_KEPT)
def _speaks_of_it(text: str) -> bool:
    return _tells(_words(text.replace(_ANY_ENDING, " ").replace(_ANYTHING, " ")))


def _words(text: str) -> list[str]:
    """Return the words of `text` in lower case, `.` where a sentence ends; in scripts without spaces, characters."""
    plain = text.lower()
    if not plain.isascii():
        plain = _as_in_ascii(unicodedata.normalize("NFC", plain))
    return plain.encode(errors="replace").translate(_SIGNS).decode().replace(_END, f" {_END} ").split()


def _as_in_ascii(text: str) -> str:
    for sign in _SIGNS_BEYOND_ASCII:
        text = text.replace(sign, " ")
    for sign in _ENDS_BEYOND_ASCII:
        text = text.replace(sign, _END)
    return _WITHOUT_SPACES.sub(r" \g<0> ", text) if _WITHOUT_SPACES.search(text) else text


def _tells(words: Sequence[str]) -> bool:
    """Whether a phrase that suffices, or both of a pair near each other in one sentence, stand among `words`."""
    ended: dict[_Half, int] = {}
    for place, end, half in _found(words):
        if half is None:
            return True
        before = ended.get((half[0], not half[1]))
        if before is not None and place - before <= _NEAR and _END not in words[before:place]:
            return True
        ended[half] = end
    return False


def _found(words: Sequence[str]) -> Iterator[tuple[int, int, _Half | None]]:
    """Yield every phrase among `words`: where it begins, where it ends, and what it is."""
    start = _beginning()
    first, stems = start.words, start.stems
    places = [at for at, word in enumerate(words) if word in first or word[:_STEM] in stems]
    for place in places:
        for end, half in start.walk(words, place):
            yield place, end, half


@cache
def _beginning() -> _Step:
    """Return the step before any word."""
    start = _Step()
    for spelling, half in _phrases():
        step = start
        for word in _words(spelling):
            step = step.after(word)
        step.means.add(half)
    return start


def _phrases() -> Iterator[tuple[str, _Half | None]]:
    """Yield every phrase of the table with what it is; those with a hyphen in each spelling."""
    for number, wording in enumerate(WORDINGS):
        columns = ((wording.keys, (2 * number, False)), (wording.changes, (2 * number, True)),
                   (wording.accounts, (2 * number + 1, False)), (wording.alarms, (2 * number + 1, True)),
                   (wording.alone, None))  # fmt: skip
        for column, half in columns:
            for phrase in filter(str.strip, column.replace("\n", ",").split(",")):
                yield phrase, half
                yield phrase.replace("-", ""), half
