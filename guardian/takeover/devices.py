"""Devices as others write them, as guardian's configuration does; and the names of what has one."""

from ipaddress import ip_interface

from guardian.names import InvalidName, normalise
from guardian.policy.devices import read_mac
from guardian.settings import kinds
from guardian.settings.kinds import MAX_TITLE
from guardian.takeover.reading import problem_with
from guardian.takeover.report import Report, shown


def device(text: str) -> str:
    """A hardware address, address, network or host name as the configuration has it; "" for none.

    A network may be written by any address in it.
    """
    text = text.strip()
    if "/" in text:
        try:
            text = str(ip_interface(text).network)
        except ValueError:
            return ""
    if mac := read_mac(text):
        return mac.text
    return "" if problem_with(kinds.DEVICE, text) else text.lower()


def client_id(text: str) -> str:
    """What AdGuard Home calls a ClientID, as the configuration has it; "" for none."""
    written = f"id:{text.strip().lower()}"
    return "" if problem_with(kinds.DEVICE, written) else written


def title(text: str) -> str:
    """A name that pages can show."""
    return " ".join(shown(text).split())[:MAX_TITLE].strip() or "Somebody"


def unlike(name: str, taken: set[str]) -> str:
    """The name, or the same with a number where somebody has it; it is taken from then on."""
    wanted, number = title(name), 2
    found = wanted
    while found.casefold() in taken:
        end = f" {number}"
        found, number = f"{wanted[: MAX_TITLE - len(end)]}{end}", number + 1
    taken.add(found.casefold())
    return found


def add_record(
    records: dict[str, list[str]], name: str, address: str, report: Report, what: str = "rewrite"
) -> None:
    """Take the address of a name of the house, if they are such."""
    said = f"{what} {name} → {address}"
    if name.startswith("*."):
        report.lose(said, "guardian answers for names one by one, and not for all below one")
        return
    try:
        qname = normalise(name)
    except InvalidName as problem:
        report.lose(said, str(problem))
        return
    if why := problem_with(kinds.ADDRESS, address):
        report.lose(said, why)
        return
    addresses = records.setdefault(qname, [])
    if address not in addresses:
        addresses.append(address)
    report.keep(f"{qname} is at {address}")


def add_alias(records: dict[str, list[str]], alias: str, target: str, report: Report) -> None:
    """Take another name for one that `records` has already."""
    try:
        addresses = records.get(normalise(target), [])
    except InvalidName:
        addresses = []
    if not addresses:
        report.lose(
            f"alias {alias} → {target}",
            "guardian answers with addresses alone, and that name has none here",
        )
    for address in addresses:
        add_record(records, alias, address, report, "alias")
