"""Somebody else's drain handler on the same scenario: `--bare` gives it a queue, and the score judges it."""

import os
import unittest

import other_drain_handler
from endpoint import REPOSITORY, Endpoint

# Two instances leave, and each may take the longest deregistration delay.
MOST_LOOKS = 200


class OtherDrainHandler(unittest.TestCase):
    def test_a_careful_handler_drops_nothing(self):
        score = self.rehearse(other_drain_handler.handle)
        self.assertEqual([drain["outcome"] for drain in score["drains"]], ["completed", "completed"])
        self.assertEqual([drain["tasksKilled"] for drain in score["drains"]], [0, 0])
        self.assertEqual(score["requests"]["dropped"], 0)

    def test_a_careless_handler_is_found_out(self):
        score = self.rehearse(other_drain_handler.handle_carelessly)
        killed = [drain["tasksKilled"] for drain in score["drains"]]
        self.assertGreater(sum(killed), 0)
        self.assertGreater(score["requests"]["dropped"], 0)

    def rehearse(self, handle):
        """Time moves only while the handler waits, so that one history is played each time."""
        scenario = os.path.join(REPOSITORY, "test", "conformance", "two-leave.json")
        endpoint = Endpoint.started("--manual", "--bare", "--scenario", scenario)
        self.addCleanup(endpoint.stop)
        clients = {service: endpoint.client(service) for service in ["autoscaling", "ecs", "sqs"]}
        url = clients["sqs"].get_queue_url(QueueName="to-drain")["QueueUrl"]
        for _ in range(MOST_LOOKS):
            received = clients["sqs"].receive_message(QueueUrl=url, VisibilityTimeout=43200)
            for message in received.get("Messages", []):
                handle(clients, message, lambda: endpoint.advance(15))
                clients["sqs"].delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            endpoint.advance(15)
            if len(endpoint.get("/score")["drains"]) == 2:
                break
        endpoint.advance(300)
        return endpoint.get("/score")


if __name__ == "__main__":
    unittest.main()
