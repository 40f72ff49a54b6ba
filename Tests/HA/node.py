"""A host of the database: etcd, and Patroni with its PostgreSQL."""

import contextlib
import json
import os
import shutil
import urllib.request
from pathlib import Path

import psycopg2

NUMBERS = (11, 12, 13)
SITE = "site"


class Node:
    def __init__(self, network, number, folder):
        self.host = network.host(f"node{number}", number)
        self.name, self.address = self.host.name, self.host.address
        self.folder = folder / self.name
        self.folder.mkdir(mode=0o700)
        shutil.chown(self.folder, "postgres")
        self._programs = Path(sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1])

    def start_etcd(self, nodes):
        peers = ",".join(f"{node.name}=http://{node.address}:2380" for node in nodes)
        client, peer = f"http://{self.address}:2379", f"http://{self.address}:2380"
        self.host.start([
            "etcd", "--name", self.name, "--data-dir", self.folder / "etcd", "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer, "--listen-client-urls", client, "--advertise-client-urls", client,
            "--initial-cluster", peers, "--heartbeat-interval", 200, "--election-timeout", 2000, "--pre-vote", "--enable-v2",
        ], self.folder / "etcd.log")

    def start_patroni(self, nodes):
        trusting = ["local all all trust", "host all all 10.77.0.0/24 trust", "host replication all 10.77.0.0/24 trust"]
        settings = self.folder / "patroni.yaml"
        settings.write_text(json.dumps({  # JSON is YAML, too.
            "scope": "resetd", "name": self.name,
            "restapi": {"listen": f"{self.address}:8008", "connect_address": f"{self.address}:8008"},
            # By the v2 interface: by the v3 one Patroni 3.0.2 writes its key without looking whose it is, and a primary that
            # was cut off and comes back has taken the lead from the one that was elected meanwhile, and its commits.
            "etcd": {"hosts": [f"{node.address}:2379" for node in nodes]},
            "bootstrap": {
                # The shortest that Patroni allows: how long a primary that has died is still believed in.
                "dcs": {
                    "ttl": 20, "loop_wait": 2, "retry_timeout": 6, "master_start_timeout": 0,
                    # What is committed is on two hosts, or it is not committed.
                    "synchronous_mode": True, "synchronous_mode_strict": True,
                    "postgresql": {"use_pg_rewind": True, "parameters": {"wal_log_hints": "on"}},
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}],
                "pg_hba": trusting,
            },
            "postgresql": {
                "listen": f"{self.address}:5432", "connect_address": f"{self.address}:5432",
                "data_dir": str(self.folder / "data"), "bin_dir": str(self._programs),
                "pgpass": str(self.folder / "pgpass"), "pg_hba": trusting,
                "authentication": {"superuser": {"username": "postgres"}, "replication": {"username": "replicator"}},
                # By default a standby that lost its primary looks for the new one five seconds later, and until it has
                # found it nothing is committed.
                "parameters": {"unix_socket_directories": str(self.folder), "wal_retrieve_retry_interval": "1s"},
            },
        }))
        shutil.chown(settings, "postgres")
        self.host.start(["/usr/bin/patroni", settings], self.folder / "patroni.log")

    def kill(self):
        """All at once, as the kernel does that runs out of memory; but for etcd, which is not what is tried here."""
        self.host.kill(sparing=("etcd",))

    def has_site(self):
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(host=self.address, user="postgres", dbname=SITE).close()
            return True
        return False

    def cluster(self):
        """What this node knows of all: role and state by name; nothing when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://{self.address}:8008/cluster", timeout=1) as answer:
                members = json.load(answer)["members"]
        except (OSError, ValueError):
            return {}
        return {member["name"]: (member["role"], member["state"]) for member in members}


class Nodes:
    """All of them."""

    def __init__(self, network, folder):
        self.all = [Node(network, number, folder) for number in NUMBERS]

    def start(self):
        for node in self.all:
            node.start_etcd(self.all)
        for node in self.all:
            node.start_patroni(self.all)

    def url(self, user, database=SITE):
        """A libpq URL of all: whichever takes writes is connected to."""
        hosts = ",".join(node.address for node in self.all)
        # Two seconds for a host that does not answer; five for a connection whose other end has gone silent.
        return (f"postgresql://{user}@{hosts}/{database}?target_session_attrs=read-write&connect_timeout=2"
                "&tcp_user_timeout=5000&keepalives_idle=2&keepalives_interval=1&keepalives_count=3")

    def leader(self, besides=None):
        """The one that is primary and has a synchronous standby, as those say that are not `besides`; or None."""
        for node in self.all:
            if node is besides:
                continue
            members = node.cluster()
            leads = [name for name, (role, state) in members.items() if role == "leader" and state == "running"]
            if leads and any(role == "sync_standby" for role, _ in members.values()):
                found = next(node for node in self.all if node.name == leads[0])
                if found is not besides:
                    return found
        return None


def environment():
    """Without what would lead libpq elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
