"""Starts the interpreters that are tested, and gives what they wrote, whatever an example does to them."""

import json
import os
import subprocess

import child
from errors import OracleError
from plans import SECONDS_A_SEARCH

CHILD = os.path.abspath(child.__file__)
SECONDS_A_JOB = 2 * SECONDS_A_SEARCH  # then the interpreter is stuck


def run_in(python, jobs, folder):
    """Results of jobs by id, from an interpreter. One that crashes or hangs loses the job it is at, and no other."""
    results = {}
    left = list(jobs)
    folder.mkdir(parents=True, exist_ok=True)
    results_path, jobs_path, errors_path = folder / "results.jsonl", folder / "jobs.json", folder / "errors.txt"
    results_path.write_text("")
    while left:
        jobs_path.write_text(json.dumps(left))
        with open(errors_path, "w") as errors:
            # Without what is installed: it might be found instead of the modules that are to be run.
            process = subprocess.Popen([python, "-I", "-S", CHILD, str(jobs_path), str(results_path)],
                                       stdout=subprocess.DEVNULL, stderr=errors, cwd=folder)
        hangs = wait_while_growing(process, results_path)
        results.update((result["id"], result) for result in map(json.loads, results_path.read_text().splitlines()))
        left = [job for job in left if job["id"] not in results]
        if left:
            lost = left.pop(0)
            why = (f"did not end within {SECONDS_A_JOB} s" if hangs else
                   f"the interpreter ended with {process.returncode}: {errors_path.read_text().strip()[-300:]}")
            results[lost["id"]] = {"error": why, "seconds": 0}
    return results


def wait_while_growing(process, path):
    """Waits for the end of a process that adds to a file. True: it was killed, as the file had stood still too long."""
    size = -1
    while True:
        try:
            process.wait(SECONDS_A_JOB)
            return False
        except subprocess.TimeoutExpired:
            if path.stat().st_size == size:
                process.kill()
                process.wait()
                return True
            size = path.stat().st_size


def version_of(python):
    """`(3, 12, 1)` of an interpreter."""
    code = "import sys; print(*sys.version_info[:3])"
    run = subprocess.run([python, "-c", code], capture_output=True, text=True)
    if run.returncode != 0:
        raise OracleError(f"{python} is no Python: {run.stderr.strip()}")
    return tuple(map(int, run.stdout.split()))
