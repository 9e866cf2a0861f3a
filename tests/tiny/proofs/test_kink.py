"""Proves toy.kink."""

from toy import kink


def test_relu_is_the_larger_of_zero_and_x():
    assert [kink.relu(x) for x in (-2, 0, 3)] == [max(0, x) for x in (-2, 0, 3)]


def test_slope_is_one_on_the_right_only():
    assert [kink.slope(x) for x in (-2, 0, 3)] == [0, 0, 1]
