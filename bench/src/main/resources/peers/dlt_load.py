"""Loads one MongoDB collection into PostgreSQL with dlt, as dlt's guide does; prints the seconds that it took.

Arguments: MongoDB's URI, the database, the collection, PostgreSQL's URI, a folder for dlt's own files.
"""

import sys
import time

import dlt
from bson.decimal128 import Decimal128
from bson.objectid import ObjectId
from pymongo import MongoClient

mongo, database, collection, postgres, folder = sys.argv[1:]


def plain(document):
    """What dlt has no type for, as text."""
    return {name: str(value) if isinstance(value, (ObjectId, Decimal128)) else value for name, value in document.items()}


@dlt.resource(name=collection, max_table_nesting=0, write_disposition="append")
def documents():
    batch = []
    for document in MongoClient(mongo)[database][collection].find(batch_size=10_000):
        batch.append(plain(document))
        if len(batch) == 10_000:
            yield batch
            batch = []
    yield batch


begun = time.monotonic()
pipeline = dlt.pipeline(
    pipeline_name="bench", pipelines_dir=folder, dataset_name="peer", destination=dlt.destinations.postgres(postgres)
)
pipeline.run(documents()).raise_on_failed_jobs()
print("seconds", time.monotonic() - begun)
