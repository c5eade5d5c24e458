"""What the servers of an ensemble are told to log in to each other with SASL."""
from .kerberos import REALM

DIGEST = "org.apache.zookeeper.server.auth.DigestLoginModule"
ENABLED = {"quorum.auth.enableSasl": "true"}
LOGS_IN = {**ENABLED, "quorum.auth.learnerRequireSasl": "true"}
DEMANDS = {**LOGS_IN, "quorum.auth.serverRequireSasl": "true"}


def digest_login(member, password="secret"):
    """The JAAS file of one server, whose own password is that one."""
    member.directory.mkdir(parents=True, exist_ok=True)
    path = member.directory / "quorum.jaas"
    path.write_text(f'QuorumServer {{\n  {DIGEST} required user_us="secret";\n}};\n'
                    f'QuorumLearner {{\n  {DIGEST} required username="us" password="{password}";\n}};\n')
    member.defines["java.security.auth.login.config"] = path
    if member.program.endswith("3.9.5"):
        member.defines["zookeeper.fips-mode"] = "false"  # which refuses DIGEST-MD5


def ticket_login(member, kdc, learner, keytab):
    """The JAAS file of one server that is zkquorum/localhost to those that log in to it, and `learner` to others."""
    member.directory.mkdir(parents=True, exist_ok=True)
    path = member.directory / "quorum.jaas"
    path.write_text(kdc.login("QuorumServer", f"zkquorum/localhost@{REALM}", kdc.directory / "zkquorum-localhost.keytab") +
                    kdc.login("QuorumLearner", f"{learner}@{REALM}", keytab))
    member.settings["quorum.auth.kerberos.servicePrincipal"] = "zkquorum/_HOST"
    member.defines["java.security.auth.login.config"] = path
    member.defines["java.security.krb5.conf"] = kdc.config
    member.environment["KRB5_CONFIG"] = str(kdc.config)
