"""Aggregates with TorchJD what the driver sends: lines of JSON in, lines of JSON out.

{"load": FILE, "m": M, "n": N} reads a matrix of float64; {"method": NAME, "float32": BOOL} answers with the seconds of one
aggregation, or with the error.
"""
import json
import sys
import time
from importlib.metadata import version

import numpy as np
import torch
from torchjd import aggregation as A

MAKE = {
    "Mean": lambda m: A.Mean(),
    "MGDA": lambda m: A.MGDA(),
    "DualProj": lambda m: A.DualProj(),
    "PCGrad": lambda m: A.PCGrad(),
    "GradVac": lambda m: A.GradVac(beta=0.01),
    "IMTLG": lambda m: A.IMTLG(),
    "CAGrad": lambda m: A.CAGrad(c=0.5),
    "FairGrad": lambda m: A.FairGrad(alpha=2.0),
    "AlignedMTL": lambda m: A.AlignedMTL(),
    "UPGrad": lambda m: A.UPGrad(),
    "ConFIG": lambda m: A.ConFIG(),
    "Krum": lambda m: A.Krum(n_byzantine=1),
    "TrimmedMean": lambda m: A.TrimmedMean(trim_number=min(1, (m - 1) // 2)),
    "GradDrop": lambda m: A.GradDrop(),
}

made, matrices = {}, {}
print(json.dumps({"version": f"TorchJD {version('torchjd')}, PyTorch {torch.__version__}, {torch.get_num_threads()} threads"}),
      flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    try:
        if "load" in ask:
            made, matrices = {}, {}
            m, n = ask["m"], ask["n"]
            matrices[False] = torch.from_numpy(np.fromfile(ask["load"]).reshape(m, n))
            matrices[True] = matrices[False].float()
            answer = {"loaded": [m, n]}
        else:
            method = made.setdefault(ask["method"], MAKE[ask["method"]](m))
            jac = matrices[ask["float32"]]
            start = time.perf_counter()
            with torch.no_grad():
                method(jac)
            answer = {"seconds": time.perf_counter() - start}
    except Exception as e:  # the driver prints it
        answer = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps(answer), flush=True)
