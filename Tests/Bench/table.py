"""What was measured: rows that are printed as one table and written as JSON."""

import json
import os
import platform
import time

TITLES = {
    "a": "From the commit of the requests to the last `sent`",
    "b": "Single requests at rest",
    "c": "A relay far away, and a slow one",
    "d": "STARTTLS",
    "e": "Several daemons",
    "f": "Old rows, an old snapshot, accounts",
    "g": "What it costs",
    "h": "Pages",
    "i": "Peers on this machine and cluster",
}


class Table:
    def __init__(self):
        self.rows = []

    def add(self, part, name, value, unit="", at_least=None, at_most=None, note=""):
        """One figure. With `at_least` or `at_most` it has a target, and hits or misses it."""
        is_ok = None
        if at_least is not None:
            is_ok = value >= at_least
        elif at_most is not None:
            is_ok = value <= at_most
        self.rows.append({
            "part": part, "name": name, "value": value, "unit": unit, "at_least": at_least, "at_most": at_most,
            "ok": is_ok, "note": note})

    def missing(self, part, name, reason):
        """A figure that could not be had."""
        self.rows.append({"part": part, "name": name, "value": None, "note": f"not measured: {reason}"})

    def text(self):
        lines = []
        for part in TITLES:
            rows = [row for row in self.rows if row["part"] == part]
            if rows:
                lines += ["", f"({part}) {TITLES[part]}"] + [_line(row) for row in rows]
        misses = sum(row.get("ok") is False for row in self.rows)
        targets = sum(row.get("ok") is not None for row in self.rows)
        return "\n".join([*lines[1:], "", f"{targets - misses} of {targets} targets are met."])

    def write(self, path, **about):
        path.write_text(json.dumps({
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "processors": os.cpu_count(),
            "system": platform.platform(), **about, "rows": self.rows}, indent=2) + "\n")


def _number(value):
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _line(row):
    target = ""
    if row.get("at_least") is not None:
        target = f"{'ok  ' if row['ok'] else 'miss'} >= {_number(row['at_least'])}"
    elif row.get("at_most") is not None:
        target = f"{'ok  ' if row['ok'] else 'miss'} <= {_number(row['at_most'])}"
    line = f"  {row['name']:<70}{_number(row['value']):>8} {row.get('unit', ''):<12}{target:<15}{row['note']}"
    return line.rstrip()
