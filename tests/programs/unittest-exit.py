import unittest


class Never(unittest.TestCase):
    @unittest.skip("no time is printed where no test is run, but here it is")
    def test_x(self):
        ...


class Result(unittest.TextTestResult):
    def startTest(self, test):
        print("start", test)


suite = unittest.defaultTestLoader.loadTestsFromTestCase(Never)
print(suite.countTestCases(), suite.run(unittest.TestResult()))
