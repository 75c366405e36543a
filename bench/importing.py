"""How fast customers come in: a table of 10,000 with a person and a phone each, all checks on."""

import csv
import random
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

ROWS = 10_000
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉玲云鹏波斌宇浩凯健俊帆雪"
PLACES = ("长沙", "湘潭", "岳阳", "衡阳", "株洲", "常德", "郴州", "怀化", "永州", "邵阳")
TRADES = ("贸易", "软件", "建材", "机电", "装饰", "工程机械", "信息技术", "家居", "商贸", "实业")
ENDINGS = ("有限公司", "有限责任公司", "股份有限公司", "经营部", "中心")
HEADER = ["客户编号", "客户名称", "联系人", "电话", "地址", "地区"]


def customers(count: int = ROWS, seed: int = 7) -> list[list[str]]:
    """Invented customers: every name and phone once, every tenth with a landline."""
    dice = random.Random(seed)
    return [_customer(dice, number) for number in range(count)]


def _customer(dice: random.Random, number: int) -> list[str]:
    place, word = dice.choice(PLACES), "".join(dice.sample(GIVEN, 3))
    name = f"{place}{word}{number:05d}{dice.choice(TRADES)}{dice.choice(ENDINGS)}"
    person = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2))))
    phone = f"0731-8{number:07d}" if number % 10 == 0 else f"1{dice.choice('3578')}{number:09d}"
    return [f"K{number:06d}", name, person, phone, f"{place}五一路{number}号", place]


def write_table(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


def import_customers(unit: Any, by: Any, count: int = ROWS) -> dict[str, float]:
    """Bring them in for a unit that has none of them yet: rows, seconds, rows a second."""
    from kept.kit.importing.kinds import kind_named
    from kept.kit.importing.running import import_file

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "customers.csv")
        write_table(path, customers(count))
        began = perf_counter()
        done = import_file(kind_named("accounts"), path, unit=unit, by=by)
        seconds = perf_counter() - began
    if done.made != count:
        raise RuntimeError(f"{done.made} of {count} came in: {done.first_faults}")
    return {"rows": count, "seconds": seconds, "rows_per_second": count / seconds}
