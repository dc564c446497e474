"""The figures of a run: as a table in Markdown, as JSON, and two runs beside each other."""

import json


class Report:
    def __init__(self):
        self.figures = {}
        self.failures = {}
        self.about = {}

    def add(self, key, what, value, unit="", goal=None, detail=""):
        """goal: the most that is wanted, or (\">=\", the least)."""
        self.figures[key] = {"what": what, "value": value, "unit": unit, "goal": goal, "detail": detail}
        print(f"  {what}: {shown(value, unit)}" + (f" ({detail})" if detail else ""), flush=True)

    def missed(self):
        return [key for key, figure in self.figures.items() if not met(figure)]

    def json(self):
        return json.dumps({"about": self.about, "figures": self.figures, "failures": self.failures}, indent=1)

    def markdown(self):
        lines = ["| what | goal | measured | |", "|---|---|---|---|"]
        for figure in self.figures.values():
            value = shown(figure["value"], figure["unit"])
            lines.append(f"| {figure['what']} | {wanted(figure)} | {value if met(figure) else f'**{value}**'} | {figure['detail']} |")
        lines += [f"| {part}: failed | | | {reason.splitlines()[0][:160]} |" for part, reason in self.failures.items()]
        return "\n".join(lines)


def met(figure):
    goal = figure["goal"]
    if goal is None:
        return True
    return figure["value"] >= goal[1] if isinstance(goal, (list, tuple)) else figure["value"] <= goal


def wanted(figure):
    goal = figure["goal"]
    if goal is None:
        return ""
    return f"at least {shown(goal[1], figure['unit'])}" if isinstance(goal, (list, tuple)) else shown(goal, figure["unit"])


def shown(value, unit):
    text = f"{value:,.0f}" if isinstance(value, (int, float)) and abs(value) >= 1000 else str(value)
    return f"{text} {unit}".strip()


def compare(old_file, new_file):
    with open(old_file, encoding="utf-8") as old, open(new_file, encoding="utf-8") as new:
        before, after = json.load(old)["figures"], json.load(new)["figures"]
    lines = ["| what | before | after | change |", "|---|---|---|---|"]
    for key in [*before, *(each for each in after if each not in before)]:
        was, now = before.get(key), after.get(key)
        change = ""
        if was and now and isinstance(was["value"], (int, float)) and was["value"]:
            change = f"{(now['value'] / was['value'] - 1) * 100:+.0f} %"
        cells = [shown(each["value"], each["unit"]) if each else "" for each in (was, now)]
        lines.append(f"| {(now or was)['what']} | {cells[0]} | {cells[1]} | {change} |")
    return "\n".join(lines)
