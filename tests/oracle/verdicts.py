"""Compares what happened with what threadlint says: deviations, each with its sentence."""

GRAINS = ("gil", "line", "shared")


def grains_of(python):
    """The grains of a version. Before 3.10, a build with the GIL may switch at each instruction: `gil` is none then."""
    return GRAINS if (3, 10) <= python else GRAINS[1:]


def judge(example, results, python):
    """Deviations by aspect (ASPECTS), each a sentence, and the measured `breaks_on`."""
    deviations = {}
    grains = grains_of(python)
    measured = ""
    for name, result in results.items():
        if "error" in result:
            deviations[aspect_of(name, example)] = f"{name}: {result['error']}"
    if deviations:
        return deviations, measured
    searches = {grain: results[grain] for grain in grains}
    if example.expects == "good":
        add_survival(deviations, "good", searches)
        return deviations, measured
    if example.steps:
        judge_replay(example, results["steps"], deviations)
    if example.expects == "harmless":
        add_survival(deviations, "search", searches)
    else:
        measured = judge_searches(example, searches, python, deviations)
    if example.fixed_root:
        add_survival(deviations, "fixed", {grain: results["fixed " + grain] for grain in grains})
        if "serial" in results and results["serial"]["outcomes"] != results["fixed serial"]["outcomes"]:
            deviations["serial"] = (f"one thread gets {results['serial']['outcomes']} before the repair,"
                                    f" {results['fixed serial']['outcomes']} after it")
    return deviations, measured


def aspect_of(name, example):
    """Of which aspect a job is a part."""
    if name.startswith("fixed "):
        return "serial" if name == "fixed serial" else "fixed"
    if name in ("serial", "steps"):
        return {"serial": "serial", "steps": "replay"}[name]
    return "good" if example.expects == "good" else "search"


def judge_replay(example, result, deviations):
    """The steps must end in harm; those of a hint at most in work that is done twice."""
    is_work = example.finding["effect"] == "duplicate-work"
    if example.expects == "harmless" and result["harm"] != ("duplicate-work" if is_work else ""):
        deviations["replay"] = f"the steps do harm: {told(result)}" if result["harm"] else "the work is not done twice"
    elif example.expects == "bad" and result["failed_step"]:
        step = example.steps[result["failed_step"]["step"] - 1]
        deviations["replay"] = (
            f"step {step['step']} (thread {step['thread']}, {step['access']} of `{step['name']}` in"
            f" `{step['function']}`, `{step['line']}`): {result['failed_step']['reason']}")
    elif example.expects == "bad" and not result["harm"]:
        deviations["replay"] = f"all steps done, and no harm: {told(result)}"


def judge_searches(example, searches, python, deviations):
    """There must be harm, and on the builds that the finding names. Gives what was measured; empty: nothing."""
    harmful = [grain for grain in searches if searches[grain]["harm"]]
    if not harmful:
        counts = ", ".join(f"{searches[grain]['schedules']} at {grain}" for grain in searches)
        deviations["search"] = f"no schedule of {counts} does harm; {searches['shared']['text'].splitlines()[-1]}"
        return ""
    if "gil" not in searches:
        return ""
    is_async = example.entry["calls"][0].startswith("await ")
    measured = "await" if is_async else "every-build" if "gil" in harmful else "free-threaded"
    if measured != example.finding["breaks_on"]:
        deviations["breaks_on"] = f"says {example.finding['breaks_on']}, is {measured}"
    return measured


def add_survival(deviations, aspect, searches):
    """Says which schedules did harm, where none may."""
    for grain, result in searches.items():
        if result["harm"]:
            deviations[aspect] = f"schedule {result['schedules']} at {grain} does harm: {told(result)}"
        elif result["capped"]:
            deviations[aspect] = f"not all schedules at {grain} could be run: make the example smaller"
        elif result["diverged"]:
            deviations[aspect] = f"{result['diverged']} schedules at {grain} did not repeat themselves"
        else:
            continue
        return


def told(result):
    """What was seen, in a line."""
    expected = " or ".join(result["expected"])
    return f"{result['harm'] or 'no harm'}: {result['observed']}; one after the other: {expected}"


def known_in(entry, python):
    """Deviations that the entry knows, by aspect, with their reasons. One may be told for some versions only."""
    known = {}
    for aspect, reasons in entry["known"].items():
        if aspect == "breaks_on" and "gil" not in grains_of(python):
            continue  # it is not measured
        for told in reasons if isinstance(reasons, list) else [reasons]:
            if isinstance(told, str):
                known[aspect] = told
            elif any(is_version(python, version) for version in told["python"]):
                known[aspect] = told["reason"]
    return known


def is_version(python, version):
    """Whether (3, 13, 12) is "3.13", all of its releases, or "3.13.12+", from this one on."""
    major, minor, *patch = map(int, version.rstrip("+").split("."))
    return python[:2] == (major, minor) and (not patch or patch[0] <= python[2])
