"""
A drain handler of another make, small as such handlers are: one message is one drain, followed to its end. It stands for
whatever somebody wants to try with `npm run serve -- --bare`.
"""

import json


def handle(clients, message, wait):
    """Drains the instance that a lifecycle action names. `wait` is called between two looks."""
    action = json.loads(message["Body"])
    if action.get("LifecycleTransition") != "autoscaling:EC2_INSTANCE_TERMINATING":
        return
    arn = container_instance(clients["ecs"], action["EC2InstanceId"])
    clients["ecs"].update_container_instances_state(cluster="web", containerInstances=[arn], status="DRAINING")
    while has_tasks(clients["ecs"], arn):
        clients["autoscaling"].record_lifecycle_action_heartbeat(**address(action))
        wait()
    complete(clients, action)


def handle_carelessly(clients, message, wait):
    """The mistake that is made most: what the counters no longer show is taken for stopped."""
    action = json.loads(message["Body"])
    if action.get("LifecycleTransition") != "autoscaling:EC2_INSTANCE_TERMINATING":
        return
    arn = container_instance(clients["ecs"], action["EC2InstanceId"])
    clients["ecs"].update_container_instances_state(cluster="web", containerInstances=[arn], status="DRAINING")
    while clients["ecs"].list_tasks(cluster="web", containerInstance=arn)["taskArns"]:
        wait()
    complete(clients, action)


def container_instance(ecs, instance_id):
    found = ecs.list_container_instances(cluster="web", filter=f"ec2InstanceId=={instance_id}")
    return found["containerInstanceArns"][0]


def has_tasks(ecs, arn):
    for status in ["RUNNING", "STOPPED"]:
        listed = ecs.list_tasks(cluster="web", containerInstance=arn, desiredStatus=status)["taskArns"]
        if listed and any(
            task["lastStatus"] != "STOPPED" for task in ecs.describe_tasks(cluster="web", tasks=listed)["tasks"]
        ):
            return True
    return False


def complete(clients, action):
    clients["autoscaling"].complete_lifecycle_action(**address(action), LifecycleActionResult="CONTINUE")


def address(action):
    names = ["AutoScalingGroupName", "LifecycleHookName", "LifecycleActionToken"]
    return {name: action[name] for name in names}
