#include "client/shell/security.h"

#include <catch2/catch.hpp>

using namespace paddock::client::shell;

TEST_CASE("of a Java client's configuration all that concerns connections is taken") {
  Security security;
  REQUIRE(
      read_client_configuration("# a comment\r\n"
                                "zookeeper.client.secure = TRUE\r\n"
                                "zookeeper.ssl.keyStore.location: /k.jks\n"
                                "zookeeper.ssl.keyStore.password=a=b\n"
                                "zookeeper.ssl.keyStore.type=jks\n"
                                "zookeeper.ssl.trustStore.location=/t.pem\n"
                                "zookeeper.ssl.hostnameVerification=false\n"
                                "zookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNetty",
                                security));
  CHECK(security.tls);
  CHECK(security.any_host);
  CHECK(security.options.keys.location == "/k.jks");
  CHECK(security.options.keys.password == "a=b");
  CHECK(security.options.keys.type == "JKS");
  CHECK(security.options.trusted.location == "/t.pem");
}

TEST_CASE("a configuration that does not ask for TLS leaves it off, and hosts compared") {
  Security security;
  REQUIRE(read_client_configuration("zookeeper.sasl.client=false", security));
  CHECK_FALSE(security.tls);
  CHECK_FALSE(security.any_host);
  REQUIRE(security.transport());
  CHECK_FALSE(*security.transport());
}

TEST_CASE("a password file that cannot be read is named by its key") {
  Security security;
  const auto read = read_client_configuration("zookeeper.ssl.keyStore.passwordPath=/nowhere", security);
  REQUIRE_FALSE(read);
  CHECK(read.fault().message == "zookeeper.ssl.keyStore.passwordPath: /nowhere: cannot be read");
}
