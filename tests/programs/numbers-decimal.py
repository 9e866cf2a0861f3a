from decimal import Decimal, getcontext, localcontext

print(Decimal("0.1") + Decimal("0.2"), Decimal(0.1))
with localcontext() as ctx:
    ctx.prec = 5
    print(Decimal(1) / 7)
print(getcontext().prec, Decimal("1.10").normalize())
Decimal(1) / 0
