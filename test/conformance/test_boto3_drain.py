"""boto3 as an independent client: a whole drain by hand, every answer valid by botocore's models."""

import json
import unittest

from botocore.exceptions import ClientError
from endpoint import Endpoint

GROUP = "ecs-web-a"
CLUSTER = "web"

# Far above what the longest deregistration delay of the scenario takes, in steps of half a minute.
MOST_STEPS = 60


class Drain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint.started("--manual", "--bare", "--scenario", "scale-in")
        cls.addClassCleanup(cls.endpoint.stop)
        for service in ["autoscaling", "ecs", "sqs", "ec2", "elbv2", "sns", "events", "sts", "cloudwatch"]:
            setattr(cls, service, cls.endpoint.client(service))
        cls.queue = cls.sqs.get_queue_url(QueueName="lifecycle-actions")["QueueUrl"]

    def test_a_whole_drain(self):
        self.the_queue_has_a_test_notification()
        action = self.the_group_scales_in()
        arn = self.the_container_instance_drains(action["EC2InstanceId"])
        self.every_task_stops(arn, action)
        self.the_action_is_completed_once(action)
        self.nothing_was_lost()

    def the_queue_has_a_test_notification(self):
        messages = self.receive()
        self.assertEqual(json.loads(messages[0]["Body"])["Event"], "autoscaling:TEST_NOTIFICATION")
        self.assertEqual(self.receive(), [])

    def the_group_scales_in(self):
        [group] = self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[GROUP])["AutoScalingGroups"]
        self.autoscaling.set_desired_capacity(
            AutoScalingGroupName=GROUP, DesiredCapacity=group["DesiredCapacity"] - 1
        )
        self.endpoint.advance(10)
        [message] = self.receive()
        action = json.loads(message["Body"])
        self.assertEqual(action["LifecycleTransition"], "autoscaling:EC2_INSTANCE_TERMINATING")
        ids = [action["EC2InstanceId"]]
        [member] = self.autoscaling.describe_auto_scaling_instances(InstanceIds=ids)["AutoScalingInstances"]
        self.assertEqual(member["LifecycleState"], "Terminating:Wait")
        [reservation] = self.ec2.describe_instances(InstanceIds=ids)["Reservations"]
        self.assertEqual(reservation["Instances"][0]["State"]["Name"], "running")
        activities = self.autoscaling.describe_scaling_activities(AutoScalingGroupName=GROUP)["Activities"]
        self.assertEqual(activities[0]["StatusCode"], "MidTerminatingLifecycleAction")
        hooks = self.autoscaling.describe_lifecycle_hooks(AutoScalingGroupName=GROUP)["LifecycleHooks"]
        self.assertEqual([hook["LifecycleHookName"] for hook in hooks], ["drain"])
        return action

    def the_container_instance_drains(self, instance_id):
        [arn] = self.ecs.list_container_instances(cluster=CLUSTER, filter=f"ec2InstanceId=={instance_id}")[
            "containerInstanceArns"
        ]
        answer = self.ecs.update_container_instances_state(
            cluster=CLUSTER, containerInstances=[arn], status="DRAINING"
        )
        self.assertEqual(answer["failures"], [])
        described = self.ecs.describe_container_instances(
            cluster=CLUSTER, containerInstances=[arn], include=["TAGS"]
        )
        [instance] = described["containerInstances"]
        self.assertEqual(instance["status"], "DRAINING")
        self.assertGreater(instance["runningTasksCount"], 0)
        return arn

    def every_task_stops(self, arn, action):
        for _ in range(MOST_STEPS):
            unstopped = [task for task in self.tasks(arn) if task["lastStatus"] != "STOPPED"]
            if not unstopped:
                return
            self.autoscaling.record_lifecycle_action_heartbeat(**self.address(action))
            self.endpoint.advance(30)
        self.fail("tasks are still not stopped")

    def tasks(self, arn):
        """Both listings to their last page: what is being stopped is in neither status for long."""
        arns = set()
        for status in ["RUNNING", "STOPPED"]:
            pages = self.ecs.get_paginator("list_tasks").paginate(
                cluster=CLUSTER, containerInstance=arn, desiredStatus=status, PaginationConfig={"PageSize": 2}
            )
            arns.update(task for page in pages for task in page["taskArns"])
        if not arns:
            return []
        described = self.ecs.describe_tasks(cluster=CLUSTER, tasks=sorted(arns))
        self.assertEqual(described["failures"], [])
        return described["tasks"]

    def the_action_is_completed_once(self, action):
        completion = {**self.address(action), "LifecycleActionResult": "CONTINUE"}
        self.autoscaling.complete_lifecycle_action(**completion)
        with self.assertRaises(ClientError) as thrown:
            self.autoscaling.complete_lifecycle_action(**completion)
        error = thrown.exception.response["Error"]
        self.assertEqual(error["Code"], "ValidationError")
        self.assertIn("No active Lifecycle Action found", error["Message"])

    def nothing_was_lost(self):
        self.endpoint.advance(120)
        score = self.endpoint.get("/score")
        self.assertEqual([drain["outcome"] for drain in score["drains"]], ["completed"])
        self.assertEqual([drain["tasksKilled"] for drain in score["drains"]], [0])
        self.assertEqual(score["requests"]["dropped"], 0)

    def test_what_else_a_handler_may_look_at(self):
        services = self.ecs.list_services(cluster=CLUSTER)["serviceArns"]
        described = self.ecs.describe_services(cluster=CLUSTER, services=services)["services"]
        self.ecs.describe_clusters(clusters=[CLUSTER], include=["STATISTICS"])
        self.ecs.describe_task_definition(taskDefinition=described[0]["taskDefinition"])
        for group in self.elbv2.describe_target_groups()["TargetGroups"]:
            arn = group["TargetGroupArn"]
            self.elbv2.describe_target_group_attributes(TargetGroupArn=arn)
            health = self.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
            self.assertTrue(all(target["TargetHealth"]["State"] == "healthy" for target in health))
        self.assertEqual(self.sts.get_caller_identity()["Account"], "111122223333")
        self.autoscaling.describe_policies(AutoScalingGroupName=GROUP)
        self.autoscaling.describe_tags()
        self.ec2.describe_instance_status()

    def test_messages_and_events_of_ones_own(self):
        queue = self.sqs.create_queue(QueueName="mine", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topic = self.sns.create_topic(Name="mine")["TopicArn"]
        self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        self.sns.publish(TopicArn=topic, Message="by topic")
        self.events.put_rule(Name="mine", EventPattern='{"source": ["mine"]}')
        self.events.put_targets(Rule="mine", Targets=[{"Id": "queue", "Arn": arn, "InputPath": "$.detail.text"}])
        self.events.put_events(Entries=[{"Source": "mine", "DetailType": "text", "Detail": '{"text": "by rule"}'}])
        self.assertEqual([rule["Name"] for rule in self.events.list_rules(NamePrefix="mine")["Rules"]], ["mine"])
        attributes = {"kind": {"DataType": "String", "StringValue": "own"}}
        sent = self.sqs.send_message(QueueUrl=queue, MessageBody="by hand", MessageAttributes=attributes)
        self.endpoint.advance(2)
        received = self.sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        )["Messages"]
        self.assertEqual(sorted(message["Body"] for message in received), ['"by rule"', "by hand", "by topic"])
        by_hand = next(message for message in received if message["MessageId"] == sent["MessageId"])
        self.assertEqual(by_hand["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
        for message in received:
            self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        self.sqs.delete_queue(QueueUrl=queue)
        with self.assertRaises(self.sqs.exceptions.QueueDoesNotExist) as thrown:
            self.sqs.get_queue_url(QueueName="mine")
        self.assertEqual(thrown.exception.response["Error"]["Code"], "AWS.SimpleQueueService.NonExistentQueue")

    def test_metrics(self):
        data = [
            {"MetricName": f"Metric{number % 20}", "Value": number, "Dimensions": [{"Name": "Long", "Value": "x" * 200}]}
            for number in range(200)
        ]
        # So much of it is compressed on its way.
        self.cloudwatch.put_metric_data(Namespace="Mine", MetricData=data)
        alarm = {"Namespace": "Mine", "MetricName": "Plain", "Statistic": "Maximum", "Period": 60}
        self.cloudwatch.put_metric_data(Namespace="Mine", MetricData=[{"MetricName": "Plain", "Value": 7}])
        self.cloudwatch.put_metric_alarm(
            AlarmName="mine",
            EvaluationPeriods=1,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="ignore",
            **alarm,
        )
        self.endpoint.advance(180)
        [described] = self.cloudwatch.describe_alarms(AlarmNames=["mine"])["MetricAlarms"]
        self.assertEqual(described["StateValue"], "ALARM")
        self.cloudwatch.delete_alarms(AlarmNames=["mine"])

    def test_what_is_not_modelled_is_refused_by_name(self):
        with self.assertRaises(ClientError) as thrown:
            self.ecs.list_task_definitions()
        self.assertEqual(thrown.exception.response["Error"]["Code"], "NotModelled")
        with self.assertRaises(ClientError) as thrown:
            self.autoscaling.describe_load_balancers(AutoScalingGroupName=GROUP)
        self.assertIn("DescribeLoadBalancers", thrown.exception.response["Error"]["Message"])

    def receive(self):
        answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=20)
        messages = answer.get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return messages

    @staticmethod
    def address(action):
        return {
            "AutoScalingGroupName": action["AutoScalingGroupName"],
            "LifecycleHookName": action["LifecycleHookName"],
            "LifecycleActionToken": action["LifecycleActionToken"],
        }


if __name__ == "__main__":
    unittest.main()
