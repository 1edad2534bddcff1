"""Mail folders, and the list of categories."""

from __future__ import annotations

from sandbox.microsoft import odata
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, text_of
from sandbox.microsoft.errors import Refusal, invalid
from sandbox.microsoft.mail.folders import PROPERTIES, ROOT, WELL_KNOWN, Folder
from sandbox.microsoft.mail.mailbox import Mailbox, Mailboxes
from sandbox.microsoft.mail.views import READ, WRITE, folder_of

_SETTINGS = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")


class Foldering:
    """The folders of the mailbox whose owner asks."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def endpoints(self) -> tuple[Endpoint, ...]:
        all_, one = "/me/mailFolders", "/me/mailFolders/{folder}"
        categories = "/me/outlook/masterCategories"
        return (
            Endpoint("mailFolders.list", "GET", all_, READ, self.list),
            Endpoint("mailFolders.create", "POST", all_, WRITE, self.create, "mailFolder", writes=True),
            Endpoint("mailFolders.get", "GET", one, READ, self.get),
            Endpoint("mailFolders.update", "PATCH", one, WRITE, self.rename, "mailFolder", writes=True),
            Endpoint("mailFolders.delete", "DELETE", one, WRITE, self.delete, writes=True),
            Endpoint("mailFolders.list", "GET", f"{one}/childFolders", READ, self.list),
            Endpoint(
                "mailFolders.create", "POST", f"{one}/childFolders", WRITE, self.create, "mailFolder", writes=True
            ),
            Endpoint("categories.list", "GET", categories, _SETTINGS, self.categories),
            Endpoint(
                "categories.create",
                "POST",
                categories,
                _SETTINGS[1:],
                self.add_category,
                "outlookCategory",
                writes=True,
            ),
        )

    def list(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        children = mailbox.children(_parent(call, mailbox))
        of = odata.Collection(f"users('{call.account}')/mailFolders", PROPERTIES, "mailFolder")
        return odata.listed(call, (_shown(mailbox, one) for one in children), of)

    def get(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        return _entity(call, mailbox, folder_of(mailbox, call.path["folder"]), 200)

    def create(self, call: Call) -> Outcome:
        mailbox, name = self._mailboxes[call.account], _name(call)
        parent = _parent(call, mailbox)
        if any(one.name.lower() == name.lower() for one in mailbox.children(parent)):
            raise Refusal(409, "ErrorFolderExists", "A folder with the specified name already exists.")
        return _entity(call, mailbox, mailbox.create_folder(name, parent), 201)

    def rename(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        folder = self._own(call, mailbox)
        folder.name = _name(call)
        return _entity(call, mailbox, folder, 200)

    def delete(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        folder = self._own(call, mailbox)
        for message in list(mailbox.contents[folder.key].values()):
            mailbox.delete(message)
        del mailbox.folders[folder.key], mailbox.contents[folder.key]
        return Outcome(None, 204, folder.id)

    def categories(self, call: Call) -> Outcome:
        mailbox = self._mailboxes[call.account]
        items = [_category(name, color) for name, color in mailbox.categories.items()]
        context = odata.context(call, f"users('{call.account}')/outlook/masterCategories")
        return Outcome({"@odata.context": context, "value": items})

    def add_category(self, call: Call) -> Outcome:
        mailbox, name = self._mailboxes[call.account], _name(call)
        if name.lower() in (known.lower() for known in mailbox.categories):
            raise Refusal(409, "ErrorItemExists", "The category already exists.")
        mailbox.categories[name] = text_of(call.body, "color", "none")
        return Outcome(_category(name, mailbox.categories[name]), 201, name)

    def _own(self, call: Call, mailbox: Mailbox) -> Folder:
        folder = folder_of(mailbox, call.path["folder"])
        if folder.key in WELL_KNOWN:
            raise Refusal(403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be changed or deleted.")
        return folder


def _parent(call: Call, mailbox: Mailbox) -> str:
    return folder_of(mailbox, call.path["folder"]).key if "folder" in call.path else ROOT


def _name(call: Call) -> str:
    name = text_of(call.body, "displayName")
    if not name:
        raise invalid("Folder display name cannot be empty.", "ErrorInvalidParameter")
    return name


def _entity(call: Call, mailbox: Mailbox, folder: Folder, status: int) -> Outcome:
    context = odata.context(call, f"users('{call.account}')/mailFolders/$entity")
    item = odata.select(call, _shown(mailbox, folder), PROPERTIES, "mailFolder")
    return Outcome({"@odata.context": context, **item}, status, folder.id, {"displayName": folder.name})


def _shown(mailbox: Mailbox, folder: Folder) -> JsonObject:
    held = mailbox.contents[folder.key].values()
    return {
        "id": folder.id,
        "displayName": folder.name,
        "parentFolderId": mailbox.folders[folder.parent or ROOT].id,
        "childFolderCount": len(mailbox.children(folder.key)),
        "unreadItemCount": sum(1 for message in held if not message.properties["isRead"]),
        "totalItemCount": len(held),
        "isHidden": False,
    }


def _category(name: str, color: str) -> JsonObject:
    return {"id": name.lower().replace(" ", "-"), "displayName": name, "color": color}
