"""Proves toy.kink."""

from toy import kink

NUMBERS = (-2, -0.5, 0, 0.5, 3)


def test_relu_is_the_larger_of_zero_and_x():
    assert [kink.relu(x) for x in NUMBERS] == [max(0, x) for x in NUMBERS]


def test_relu_of_minus_zero_has_no_sign():
    assert str(kink.relu(-0.0)) == "0"


def test_slope_is_one_on_the_right_only():
    assert [kink.slope(x) for x in NUMBERS] == [0, 0, 0, 1, 1]
