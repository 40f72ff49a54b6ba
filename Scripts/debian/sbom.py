"""Writes what a build of resetd is made of: an SPDX 2.3 document on stdout, and Debian's copyright file beside it.

Swift packages are those whose modules were linked, at the versions that Package.resolved pins; libraries are those that
dpkg-shlibdeps found, at the versions of this machine.
"""

import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

# What the text of a licence must hold to be taken for it.
LICENCES = {
    "Apache-2.0": "Apache License",
    "MIT": "Permission is hereby granted, free of charge",
}
# Sources of others that packages bring along: module, name, licence.
BUNDLED = {
    "CCryptoBoringSSL": ("BoringSSL", "OpenSSL AND ISC AND MIT"),
    "CXKCP": ("XKCP", "CC0-1.0"),
    "CNIOLLHTTP": ("llhttp", "MIT"),
    "CYaml": ("libyaml", "MIT"),
}
# Of Debian's packages, from their copyright files.
LIBRARIES = {
    "libargon2-1": "CC0-1.0 OR Apache-2.0",
    "libc6": "LGPL-2.1-or-later",
    "libcrypt1": "LGPL-2.1-or-later",
    "libcurl4": "curl",
    "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libidn2-0": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "libpq5": "PostgreSQL",
    "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def linked_modules(scratch):
    objects = (scratch / "release/resetd.product/Objects.LinkFileList").read_text().split()
    return {match[1] for match in (re.search(r"/([^/]+)\.build/", path) for path in objects) if match}


def modules_of(checkout):
    """The names of a package's targets: folders of Sources, or as its manifest says."""
    names = {path.name for path in (checkout / "Sources").iterdir() if path.is_dir()}
    for manifest in checkout.glob("Package*.swift"):
        names |= set(re.findall(r'\.(?:target|executableTarget)\(\s*(?:kind: \.\w+,\s*)?name:\s*"([^"]+)"', manifest.read_text()))
    return names


def licence_of(checkout):
    for name in ("LICENSE.txt", "LICENSE", "LICENSE.md"):
        if (checkout / name).exists():
            text = (checkout / name).read_text()
            for licence, mark in LICENCES.items():
                if mark in text:
                    exception = "Runtime Library Exception" in text
                    return ("Apache-2.0 WITH Swift-exception" if exception else licence), text
    sys.exit(f"{checkout}: no licence that this script knows; expected one of {', '.join(LICENCES)}")


def swift_packages(scratch):
    """Name, version, address, licence and its text of every package of which something is linked."""
    own = {path.name for path in pathlib.Path("Sources").iterdir()}
    missing = linked_modules(scratch) - own
    for pin in json.loads(pathlib.Path("Package.resolved").read_text())["pins"]:
        address = pin["location"].removesuffix(".git")
        checkout = scratch / "checkouts" / address.rsplit("/", 1)[1]
        linked = modules_of(checkout) & missing
        if linked:
            missing -= linked
            yield address.rsplit("/", 1)[1], pin["state"], address, *licence_of(checkout), linked
    if missing:
        sys.exit(f"linked from no package that Package.resolved names: {', '.join(sorted(missing))}")


def libraries(substvars):
    """Debian's packages that the binary needs, and their versions here."""
    line = next(line for line in substvars.read_text().splitlines() if line.startswith("shlibs:Depends="))
    for clause in line.split("=", 1)[1].split(","):
        name = clause.split()[0]
        yield name, output("dpkg-query", "--show", "--showformat=${Version}\n", name).splitlines()[0]


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def element(name, version, licence, **more):
    return {
        "SPDXID": identifier(name), "name": name, "versionInfo": version, "licenseConcluded": licence,
        "licenseDeclared": licence, "copyrightText": "NOASSERTION", "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, **more,
    }


def purl(text):
    return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": text}]


def document(version, scratch, substvars, packages):
    elements = [element("resetd", version, "NOASSERTION", supplier="NOASSERTION")]
    relations = []

    def add(item, relation="STATIC_LINK", owner="resetd"):
        elements.append(item)
        relations.append((identifier(owner), relation, item["SPDXID"]))

    compiler = re.search(r"Swift version (\S+)", output("swift", "--version"))[1]
    add(element("swift", compiler, "Apache-2.0 WITH Swift-exception", downloadLocation="https://www.swift.org/install",
                comment="Standard library, Foundation and Dispatch."))
    add(element("ICU", "NOASSERTION", "Unicode-3.0", comment="In Foundation."), owner="swift")
    for name, state, address, licence, _, modules in packages:
        host, owner, repository = address.removeprefix("https://").split("/")
        add(element(name, state["version"], licence, downloadLocation=f"git+{address}@{state['revision']}",
                    externalRefs=purl(f"pkg:swift/{host}/{owner}/{repository}@{state['version']}")))
        for module in sorted(modules & BUNDLED.keys()):
            add(element(BUNDLED[module][0], "NOASSERTION", BUNDLED[module][1], comment=f"In {name}."), "CONTAINS", name)
    for name, library in libraries(substvars):
        add(element(name, library, LIBRARIES[name], supplier="Organization: Debian",
                    externalRefs=purl(f"pkg:deb/debian/{name}@{library}")), "DYNAMIC_LINK")

    moment = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    body = json.dumps([elements, relations], sort_keys=True)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"resetd-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/resetd-{version}-{hashlib.sha256(body.encode()).hexdigest()}",
        "creationInfo": {"created": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: resetd-Scripts-package"]},
        "packages": elements,
        "relationships": [
            {"spdxElementId": left, "relationshipType": relation, "relatedSpdxElement": right}
            for left, relation, right in [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-resetd"), *relations]
        ],
    }


def copyright_file(packages):
    """DEP 5, after the part that is written by hand."""
    parts = [pathlib.Path("Scripts/debian/copyright").read_text().rstrip()]
    for name, _, address, licence, text, _ in packages:
        holders = sorted({line.strip() for line in text.splitlines() if re.match(r"\s*Copyright (\(c\)|[0-9])", line, re.I)})
        holder = holders[0] if holders else f"the authors of {address}"
        parts.append(f"Files: {name}/*\nCopyright: {holder}\nLicense: {licence.replace(' WITH ', ' with ')}")
    return "\n\n".join(parts) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--version", required=True)
    arguments.add_argument("--scratch", type=pathlib.Path, required=True)
    arguments.add_argument("--libraries", type=pathlib.Path, required=True)
    arguments.add_argument("--copyright", type=pathlib.Path, required=True)
    options = arguments.parse_args()
    packages = list(swift_packages(options.scratch))
    options.copyright.write_text(copyright_file(packages))
    json.dump(document(options.version, options.scratch, options.libraries, packages), sys.stdout, indent=2)
    print()


main()
