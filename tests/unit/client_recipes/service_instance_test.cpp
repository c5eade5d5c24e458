#include "client/recipes/service_instance.h"

#include <catch2/catch.hpp>

namespace paddock::recipes {
namespace {

ServiceInstance web() {
  ServiceInstance instance{"web", "7"};
  instance.address = "127.0.0.1";
  instance.registered_at_ms = 1700000000000;
  return instance;
}

ServiceInstance web_on(int32_t port) {
  ServiceInstance instance = web();
  instance.port = port;
  return instance;
}

ServiceInstance web_with(std::string payload) {
  ServiceInstance instance = web_on(1);
  instance.payload = std::move(payload);
  return instance;
}

struct Written {
  ServiceInstance instance;
  std::string data;
};

// What tests/recipes/CuratorAgent.java --vectors prints with Curator 5.4.0.
std::vector<Written> written_by_curator() {
  std::vector<Written> all;
  const std::string head = R"({"name":"web","id":"7","address":"127.0.0.1",)";
  const std::pair<ServiceType, std::string> types[] = {{ServiceType::dynamic, "DYNAMIC"},
                                                       {ServiceType::fixed, "STATIC"},
                                                       {ServiceType::permanent, "PERMANENT"},
                                                       {ServiceType::sequential, "DYNAMIC_SEQUENTIAL"}};
  for (const auto& [type, name] : types) {
    ServiceInstance instance = web_on(8080);
    instance.type = type;
    all.push_back({instance, head + R"("port":8080,"sslPort":null,"payload":null,)" +
                                 R"("registrationTimeUTC":1700000000000,"serviceType":")" + name +
                                 R"(","uriSpec":null})"});
  }
  ServiceInstance secure = web_on(8080);
  secure.ssl_port = 8443;
  secure.payload = json_text("text \"quoted\" \xc3\xa4\xe2\x82\xac\n\x01/");
  secure.uri_spec = UriSpec::parse("{scheme}://{address}:{port}/{[}x{]}");
  all.push_back(
      {secure,
       head + R"("port":8080,"sslPort":8443,"payload":"text \"quoted\" )" + "\xc3\xa4\xe2\x82\xac" +
           R"(\n\u0001/","registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC","uriSpec":{"parts":[)"
           R"({"value":"scheme","variable":true},{"value":"://","variable":false},{"value":"address",)"
           R"("variable":true},{"value":":","variable":false},{"value":"port","variable":true},)"
           R"({"value":"/","variable":false},{"value":"[","variable":true},{"value":"x","variable":false},)"
           R"({"value":"]","variable":true}]}})"});
  ServiceInstance object = web();
  object.payload = R"({"@class": "java.util.LinkedHashMap", "zone": "b", "weight": 2})";
  object.uri_spec = UriSpec();
  all.push_back({object, head +
                             R"("port":null,"sslPort":null,"payload":{"@class":"java.util.LinkedHashMap",)" +
                             R"("zone":"b","weight":2},"registrationTimeUTC":1700000000000,)" +
                             R"("serviceType":"DYNAMIC","uriSpec":{"parts":[]}})"});
  for (const char* payload : {"5", "5.0", "true"}) {
    all.push_back({web_with(payload), head + R"("port":1,"sslPort":null,"payload":)" + payload +
                                          R"(,"registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC",)" +
                                          R"("uriSpec":null})"});
  }
  return all;
}

TEST_CASE("an instance is written byte for byte as Curator writes it") {
  for (const Written& written : written_by_curator())
    CHECK(format_instance(written.instance) == written.data);
}

TEST_CASE("what Curator has written is read, and written again as it was") {
  for (const Written& written : written_by_curator()) {
    const auto instance = parse_instance(written.data);
    REQUIRE(instance);
    CHECK(instance->type == written.instance.type);
    CHECK(instance->port == written.instance.port);
    CHECK(instance->uri_spec == written.instance.uri_spec);
    CHECK(format_instance(*instance) == written.data);
  }
}

TEST_CASE("an instance that is not enabled says so, one that is does not") {
  ServiceInstance instance = web();
  CHECK(format_instance(instance)->find("enabled") == std::string::npos);
  instance.enabled = false;
  CHECK_FALSE(parse_instance(*format_instance(instance))->enabled);
  CHECK(parse_instance(R"({"name":"a","id":"b","enabled":true})")->enabled);
}

TEST_CASE("all but name and id may be missing, and there may be more than we know") {
  const auto instance = parse_instance(R"({"id":"b","future":{"x":1},"name":"a"})");
  REQUIRE(instance);
  CHECK(*instance == ServiceInstance{"a", "b"});
}

TEST_CASE("what is no instance is not read") {
  const std::string data =
      GENERATE("", "10.0.0.1", "[]", R"({"name":"a"})", R"({"id":"b"})", R"({"name":1,"id":"b"})",
               R"({"name":"a","id":"b","port":"80"})", R"({"name":"a","id":"b","port":4294967296})",
               R"({"name":"a","id":"b","serviceType":"OTHER"})", R"({"name":"a","id":"b","uriSpec":"http"})",
               R"({"name":"a","id":"b","uriSpec":{"parts":[1]}})", R"({"name":"a","id":"b")");
  CAPTURE(data);
  CHECK_FALSE(parse_instance(data));
}

TEST_CASE("a payload that is no JSON is not written") {
  CHECK_FALSE(format_instance(web_with("text")));
}

TEST_CASE("a URI is made of what the instance knows, https with a port for that, and what the caller adds") {
  ServiceInstance instance = web_on(8080);
  CHECK(instance.uri().empty());
  instance.uri_spec = UriSpec::parse("{scheme}://{address}:{port}/{path}");
  CHECK(instance.uri({{"path", "x"}}) == "http://127.0.0.1:8080/x");
  instance.ssl_port = 8443;
  CHECK(instance.uri({{"port", "8443"}}) == "https://127.0.0.1:8443/");
  instance.uri_spec = UriSpec::parse("{name}|{id}|{ssl-port}|{registration-time-utc}|{service-type}");
  CHECK(instance.uri() == "web|7|8443|1700000000000|dynamic");
}

TEST_CASE("instances that are made here have ids of their own") {
  const auto one = make_service_instance("web", "10.0.0.7", 80),
             other = make_service_instance("web", "10.0.0.7", 80);
  CHECK(one.id != other.id);
  CHECK(one.id.size() == 36);
  CHECK(one.registered_at_ms > 1700000000000);
}

}  // namespace
}  // namespace paddock::recipes
