"""JSON against the schemas of the project."""

import json
import os

from .shared import ROOT

try:
    import jsonschema
except ImportError:
    jsonschema = None


def assert_fits_schema(test, document, *path):
    """`path` of the schema, from the top folder of the project."""
    if jsonschema is None:
        test.skipTest("python3-jsonschema is not installed")
    with open(os.path.join(ROOT, *path)) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    wrong = sorted("/".join(map(str, error.path)) + ": " + error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document))
    test.assertEqual(wrong, [])
