"""What a run leaves of which tests make up the times: samples.csv and host.json."""
import json
import os


def write_run(folder, columns, rows, cpus):
    """Rows are dicts by column, of which what is missing is empty, in the order of the file; cpus is how many CPUs the machine has."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "samples.csv"), "w") as file:
        file.write(",".join(columns) + "\n")
        for row in rows:
            values = (row.get(name, "") for name in columns)
            file.write(",".join(f"{v:.9g}" if isinstance(v, float) else str(v) for v in values) + "\n")
    host = {"started": "2026-01-01 00:00 UTC", "run": {"suite": "made up", "title": "made up", "seed": 1, "command_line": []},
            "cpus": {"usable": cpus, "online": cpus, "affinity": cpus, "cores": cpus}, "conditions": {"cores_used": cpus},
            "page_bytes": 4096, "huge_page_bytes": 2097152, "warnings": []}
    with open(os.path.join(folder, "host.json"), "w") as file:
        json.dump(host, file)
