// ServiceInstance: one place where a service is offered, in the words of Curator's service discovery. Pure.
//
//   <base>/<name>/<id> {"name":"web","id":"7","address":"10.0.0.7","port":8080,"sslPort":null,"payload":null,
//                         "registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC","uriSpec":null}
//
// Invariants
// 1. What format_instance() writes is, byte for byte, what Curator 5.4 writes of the same instance; only
//    "enabled":false is added, which its serializer knows and by default leaves out.
// 2. What is read may have further members, and may lack all but name and id.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/recipes/uri_spec.h"

namespace paddock::recipes {

enum class ServiceType {
  dynamic,     // DYNAMIC: there as long as its session
  fixed,       // STATIC: there until somebody takes it away, for want of news of it for example
  permanent,   // PERMANENT: there until somebody takes it away
  sequential,  // DYNAMIC_SEQUENTIAL: as DYNAMIC, with a number behind the id; only read here
};

struct ServiceInstance {
  std::string name;
  std::string id;
  std::optional<std::string> address = {};
  std::optional<int32_t> port = {};
  std::optional<int32_t> ssl_port = {};
  std::string payload = "null";  // JSON; Java wants to be told the class of an object: {"@class":"...",...}
  int64_t registered_at_ms = 0;  // since 1970
  ServiceType type = ServiceType::dynamic;
  std::optional<UriSpec> uri_spec = {};
  bool enabled = true;

  // The URI of this instance; `more`: further variables, which go before those of the instance. Empty without
  // a UriSpec.
  std::string uri(const UriSpec::Variables& more = {}) const;
  friend bool operator==(const ServiceInstance&, const ServiceInstance&) = default;
};

// An instance of that name with a new id, registered now.
ServiceInstance make_service_instance(std::string name, std::string address, int32_t port);

// Nothing if `data` is none.
std::optional<ServiceInstance> parse_instance(std::string_view data);
// Nothing if the payload is no JSON.
std::optional<std::string> format_instance(const ServiceInstance& instance);

// `text` as a JSON string, for a payload.
std::string json_text(const std::string& text);

}  // namespace paddock::recipes
