import unittest


class Slow(unittest.TestCase):
    @unittest.skip("takes an hour")
    def test_everything(self):
        ...

    @unittest.expectedFailure
    def test_wrong(self):
        self.assertIn(3, [1, 2])


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Slow).run(result)
print(result, result.wasSuccessful())
print(result.skipped[0][1], len(result.expectedFailures))
