#include "client/shell/base64.h"

#include <catch2/catch.hpp>

namespace paddock::client::shell {

TEST_CASE("base64 pads to groups of four and comes back") {
  const std::pair<std::string, const char*> samples[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {std::string("\xff\0\xfe\xfd", 4), "/wD+/Q=="}};
  for (const auto& [bytes, text] : samples) {
    INFO(text);
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
}

TEST_CASE("what is not base64 is refused") {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zh==", "Zg=x", "Zg==Zg==", "====", "Zm9v\n", "Z$==", "Zm8=Zm8="}) {
    INFO(text);
    CHECK_FALSE(from_base64(text).has_value());
  }
}

}  // namespace paddock::client::shell
