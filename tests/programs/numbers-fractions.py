from fractions import Fraction

print(Fraction(1, 3) + Fraction(1, 6), Fraction(0.5), Fraction("3.14"))
print(Fraction(3.141592653589793).limit_denominator(1000), sum([Fraction(1, 10)] * 10) == 1)
