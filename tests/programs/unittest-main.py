import unittest


class Sums(unittest.TestCase):
    def test_good(self):
        self.assertEqual(1 + 1, 2)

    def test_bad(self):
        self.assertEqual(1 + 1, 3)


class Runner:
    def __init__(self, **options):
        pass

    def run(self, suite):
        result = unittest.TestResult()
        suite.run(result)
        for test, trace in result.failures:
            print(test)
            print(trace)
        return result


unittest.main(testRunner=Runner)
