"""The owner's work: pull requests, work items and pipelines read, summed up, and proposed on."""
