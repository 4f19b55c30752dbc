"""Real servers that are asked over TLS and HTTPS, with certificates of a test's own authority."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509

from tests import certificates
from tests.programs import program, running

NAME = "dns.example"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM."""

    certificate: Path
    key: Path


def self_signed(folder: Path, name: str = NAME, *, days: int = 30) -> Certificate:
    """A certificate for a name and for 127.0.0.1; days: until it ends, below 0 if it has."""
    hosts = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate, key = certificates.self_signed(
        name, datetime.now(UTC) + timedelta(days=days), hosts
    )
    files = Certificate(folder / f"{name}.{days}.pem", folder / f"{name}.{days}.key")
    files.certificate.write_bytes(certificate)
    files.key.write_bytes(key)
    return files


@contextmanager
def unbound(
    folder: Path,
    plain: int,
    tls: int,
    https: int,
    files: Certificate,
    address: str,
    host: str = "127.0.0.1",
) -> Iterator["subprocess.Popen[bytes]"]:
    """An unbound at three ports of a host that knows open.example: its address."""
    config = folder / f"unbound.{plain}.conf"
    ports = "".join(f"  interface: {host}@{port}\n" for port in (plain, tls, https))
    config.write_text(
        f'server:\n  chroot: ""\n  username: ""\n  directory: "{folder}"\n  pidfile: ""\n'
        f"  use-syslog: no\n  do-daemonize: no\n  module-config: iterator\n{ports}"
        f"  tls-port: {tls}\n  https-port: {https}\n"
        f'  tls-service-key: "{files.key}"\n  tls-service-pem: "{files.certificate}"\n'
        '  local-zone: "." static\n  local-data: ". 300 NS ns.example."\n'
        f'  local-zone: "open.example." redirect\n  local-data: "open.example. 300 A {address}"\n'
        '  local-zone: "brief.example." redirect\n'
        f'  local-data: "brief.example. 1 A {address}"\n'
        '  local-zone: "big.example." redirect\n'
        + "".join(f'  local-data: "big.example. 300 A 198.51.100.{n}"\n' for n in range(100, 250))
        + "remote-control:\n  control-enable: no\n"
    )
    with running([program("unbound"), "-d", "-c", str(config)]) as process:
        yield process


@contextmanager
def dnsdist(
    folder: Path, plain: int, tls: int, https: int, files: Certificate, behind: int
) -> Iterator["subprocess.Popen[bytes]"]:
    """A dnsdist that takes questions over TLS and HTTPS for a server at another port."""
    config = folder / f"dnsdist.{tls}.conf"
    pair = f'"{files.certificate}", "{files.key}"'
    config.write_text(
        f'newServer{{address="127.0.0.1:{behind}", healthCheckMode="up"}}\n'
        f'addTLSLocal("127.0.0.1:{tls}", {pair})\n'
        f'addDOHLocal("127.0.0.1:{https}", {pair}, "/dns-query")\n'
        'setACL("127.0.0.0/8")\n'
    )
    command = [program("dnsdist"), "--supervised", "--disable-syslog", "-C", str(config)]
    with (folder / "dnsdist.log").open("w") as log:
        process = subprocess.Popen([*command, "-l", f"127.0.0.1:{plain}"], stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait(5)


@contextmanager
def kresd(
    folder: Path, plain: int, tls: int, https: int, files: Certificate
) -> Iterator["subprocess.Popen[bytes]"]:
    """A knot-resolver at three ports that knows open.example, and nobody else to ask."""
    config = folder / f"kresd.{tls}.conf"
    kinds = {"dns": plain, "tls": tls, "doh2": https}
    config.write_text(
        "".join(
            f"net.listen('127.0.0.1', {port}, {{kind='{kind}'}})\n" for kind, port in kinds.items()
        )
        + f"net.tls('{files.certificate}', '{files.key}')\n"
        "modules.unload('ta_update')\ntrust_anchors.remove('.')\n"
        "address = {rdata = kres.str2ip('192.0.2.1'), ttl = 300}\n"
        "policy.add(policy.suffix(policy.ANSWER({[kres.type.A] = address}),"
        " policy.todnames({'open.example'})))\n"
    )
    with running([program("kresd"), "-n", "-c", str(config), str(folder)]) as process:
        yield process
