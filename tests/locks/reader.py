"""`python -m tests.locks.reader PUBLISHED HELD_S`: query until stdin speaks, opening anew after so long; a line of JSON at the end."""

import json
import os
import select
import sys
import time

import duckdb

CHECKSUM = "select count(*), sum(n_orders), bit_xor(hash(t)) from marts.totals_daily as t"
WRONG = """
    with orders as (select day, sum(n_orders) as n from marts.orders_daily group by day)
    select count(*) from marts.totals_daily as t full join orders as o using (day)
    left join marts.totals_daily as before on before.day = t.day - 1
    where t.n_orders is distinct from o.n or o.n is distinct from day(day)
        or t.n_orders_day_before is distinct from coalesce(before.n_orders, 0)
"""


def is_over() -> bool:
    return bool(select.select([sys.stdin], [], [], 0)[0])


os.nice(10)  # what is measured is whether readers and runs meet, not who gets the processor
path, held_s = sys.argv[1], float(sys.argv[2])
reads, wrong, errors, seen = 0, 0, [], set()
while not is_over():
    try:
        with duckdb.connect(path, read_only=True, config={"threads": 1}) as db:
            opened, first = time.monotonic(), db.execute(CHECKSUM).fetchone()
            while True:
                same = db.execute(CHECKSUM).fetchone() == first
                (n_wrong,) = db.execute(WRONG).fetchone() or (1,)
                reads, wrong = reads + 1, wrong + (not same or n_wrong > 0)
                time.sleep(0.2)
                if is_over() or time.monotonic() - opened > held_s:
                    break
        seen.add(first)
    except duckdb.Error as error:
        errors.append(str(error))
print(json.dumps({"reads": reads, "wrong": wrong, "errors": errors, "publications": len(seen)}))
