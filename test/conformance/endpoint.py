"""The served scenario, as Python's clients of AWS see it."""

import json
import os
import subprocess
import urllib.request

import boto3
from botocore.config import Config
from botocore.validate import ParamValidator

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# One attempt: what is answered at first is what is tested.
CONFIG = Config(retries={"total_max_attempts": 1})


class Endpoint:
    """`npm run serve` on a free port, until it is stopped."""

    def __init__(self, process, url):
        self.process = process
        self.url = url

    @classmethod
    def started(cls, *flags):
        command = [os.environ["EBBTIDE_NODE"], "simulator/cli/serve.ts", "--port", "0", *flags]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        welcome = process.stdout.readline()
        if " is served at " not in welcome:
            raise RuntimeError(f"the endpoint did not start: {welcome!r}")
        return cls(process, welcome.split(" is served at ")[1].split(",")[0])

    def stop(self):
        """An endpoint that is told to end does so well, and soon."""
        self.process.terminate()
        self.process.stdout.close()
        exit_code = self.process.wait(timeout=10)
        if exit_code != 0:
            raise AssertionError(f"the endpoint ended with {exit_code}")

    @property
    def environment(self):
        """What a client needs to find the endpoint, and to ask nobody else."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service):
        """A client whose every answer is held against botocore's model of the operation."""
        client = boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-west-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=CONFIG,
        )
        client.meta.events.register("after-call", validate_answer)
        return client

    def get(self, path):
        with urllib.request.urlopen(f"{self.url}{path}") as answer:
            return json.load(answer)

    def advance(self, seconds):
        request = urllib.request.Request(f"{self.url}/advance?seconds={seconds}", method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def validate_answer(http_response, parsed, model, **_):
    """Types, required members and bounds of an answer, by the shapes that AWS gives its Python clients."""
    if http_response.status_code >= 300 or model.output_shape is None:
        return
    output = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    report = ParamValidator().validate(output, model.output_shape)
    if report.has_errors():
        raise AssertionError(f"{model.name}: {report.generate_report()}")
