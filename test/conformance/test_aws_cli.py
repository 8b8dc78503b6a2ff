"""The official command line as an independent client: the same drain in its own words."""

import json
import os
import subprocess
import sys
import unittest

from endpoint import Endpoint

AWS = os.path.join(os.path.dirname(sys.executable), "aws")
GROUP = "ecs-web-a"


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint.started("--manual", "--bare", "--scenario", "scale-in")
        cls.addClassCleanup(cls.endpoint.stop)

    def test_a_whole_drain(self):
        [group] = self.aws("autoscaling describe-auto-scaling-groups")["AutoScalingGroups"]
        self.assertEqual(group["AutoScalingGroupName"], GROUP)
        desired = group["DesiredCapacity"] - 1
        self.aws(f"autoscaling set-desired-capacity --auto-scaling-group-name {GROUP} --desired-capacity {desired}")
        self.endpoint.advance(10)
        action = self.receive_action()
        filtered = f"ecs list-container-instances --cluster web --filter ec2InstanceId=={action['EC2InstanceId']}"
        [arn] = self.aws(filtered)["containerInstanceArns"]
        self.aws(f"ecs update-container-instances-state --cluster web --status DRAINING --container-instances {arn}")
        tasks = self.aws(f"ecs list-tasks --cluster web --container-instance {arn}")["taskArns"]
        self.assertGreater(len(tasks), 0)
        self.aws(f"ecs describe-tasks --cluster web --tasks {' '.join(tasks)}")
        address = (
            f"--auto-scaling-group-name {GROUP} --lifecycle-hook-name drain"
            f" --lifecycle-action-token {action['LifecycleActionToken']}"
        )
        self.aws(f"autoscaling record-lifecycle-action-heartbeat {address}")
        self.endpoint.advance(900)
        listing = f"ecs list-tasks --cluster web --container-instance {arn} --desired-status"
        self.assertEqual(self.aws(f"{listing} RUNNING")["taskArns"], [])
        self.assertEqual(set(tasks), set(self.aws(f"{listing} STOPPED")["taskArns"]))
        complete = f"autoscaling complete-lifecycle-action {address} --lifecycle-action-result CONTINUE"
        self.aws(complete)
        self.assertIn("(ValidationError)", self.refusal(complete))
        [instance] = self.aws("ec2 describe-instances --instance-ids " + action["EC2InstanceId"])["Reservations"]
        self.assertIn(instance["Instances"][0]["State"]["Name"], ["running", "shutting-down"])
        self.assertEqual(self.aws("sts get-caller-identity")["Account"], "111122223333")

    def receive_action(self):
        url = self.aws("sqs get-queue-url --queue-name lifecycle-actions")["QueueUrl"]
        messages = self.aws(f"sqs receive-message --queue-url {url} --max-number-of-messages 10")["Messages"]
        bodies = [json.loads(message["Body"]) for message in messages]
        return next(body for body in bodies if "LifecycleActionToken" in body)

    def aws(self, command):
        result = self.run_aws(command)
        self.assertEqual(result.returncode, 0, f"aws {command}: {result.stderr}")
        return json.loads(result.stdout) if result.stdout.strip() else {}

    def refusal(self, command):
        result = self.run_aws(command)
        self.assertNotEqual(result.returncode, 0)
        return result.stderr

    def run_aws(self, command):
        # Nothing of the person who runs it may take part, such as a profile.
        surroundings = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **self.endpoint.environment}
        # Version 1 asks the real SQS unless its endpoint is an argument.
        options = ["--output", "json", "--endpoint-url", self.endpoint.url]
        return subprocess.run(
            [AWS, *command.split(), *options], env=surroundings, capture_output=True, text=True, timeout=60
        )


if __name__ == "__main__":
    unittest.main()
