"""What scripts/live asks of AWS, against botocore's own description of each operation (Stubber): python3 -m unittest in this folder."""

import datetime
import unittest

import botocore.session
from botocore.stub import ANY, Stubber

import live


def client(service):
    session = botocore.session.Session()
    session.set_credentials("AKIDEXAMPLE", "secret")
    return session.create_client(service, region_name="us-east-1")


def described(status, outputs=()):
    return {"Stacks": [{
        "StackName": "s", "StackStatus": status, "CreationTime": datetime.datetime.now(datetime.timezone.utc),
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs]}]}


class LiveTest(unittest.TestCase):
    def test_creates_and_waits_until_all_is_there(self):
        cloudformation, slept = client("cloudformation"), []
        with Stubber(cloudformation) as stub:
            stub.add_response("create_stack", {"StackId": "s"}, {
                "StackName": "s", "TemplateBody": ANY, "Capabilities": ["CAPABILITY_IAM"], "OnFailure": "DELETE", "Tags": ANY})
            stub.add_response("describe_stacks", described("CREATE_IN_PROGRESS"), {"StackName": "s"})
            stub.add_response("describe_stacks", described("CREATE_COMPLETE", [("Rest", "https://r/prod")]), {"StackName": "s"})
            self.assertEqual({"Rest": "https://r/prod"}, live.up(cloudformation, "s", slept.append))
            stub.assert_no_pending_responses()
        self.assertEqual([15], slept)

    def test_says_what_to_delete_when_creating_fails(self):
        cloudformation = client("cloudformation")
        with Stubber(cloudformation) as stub:
            stub.add_response("create_stack", {"StackId": "s"})
            stub.add_response("describe_stacks", described("ROLLBACK_FAILED"))
            with self.assertRaises(SystemExit) as end:
                live.up(cloudformation, "s", lambda seconds: None)
        self.assertIn("scripts/live down --stack s", str(end.exception))

    def test_deletes_until_nothing_is_left(self):
        cloudformation = client("cloudformation")
        with Stubber(cloudformation) as stub:
            stub.add_response("delete_stack", {}, {"StackName": "s"})
            stub.add_response("describe_stacks", described("DELETE_IN_PROGRESS"))
            stub.add_client_error("describe_stacks", "ValidationError", "Stack with id s does not exist", 400)
            live.down(cloudformation, "s", lambda seconds: None)
            stub.assert_no_pending_responses()

    def test_takes_the_shortest_session(self):
        sts = client("sts")
        ends = datetime.datetime(2027, 1, 1, tzinfo=datetime.timezone.utc)
        with Stubber(sts) as stub:
            stub.add_response("assume_role", {"Credentials": {
                "AccessKeyId": "ASIAEXAMPLEEXAMPLE", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": ends}}, {
                "RoleArn": "arn:aws:iam::111122223333:role/x", "RoleSessionName": ANY, "DurationSeconds": 900})
            credentials, at = live.session_of(sts, "arn:aws:iam::111122223333:role/x")
        self.assertEqual(("ASIAEXAMPLEEXAMPLE", "t", ends), (credentials.access_key, credentials.token, at))

    def test_masks_whose_account_it_was(self):
        mask = live.Mask({"the-key": "ASIAQWERTYUIOPASDFGH", "the-host": "abc123def4"})
        said = mask("User: arn:aws:sts::999988887777:assumed-role/x is not authorized on abc123def4; ASIAZZZZZZZZZZZZZZZZ x-amz-security-token:IQoJ/b=")
        for secret in ("999988887777", "abc123def4", "ASIAZ", "IQoJ"):
            self.assertNotIn(secret, said)


if __name__ == "__main__":
    unittest.main()
