// What can be said of a request that is not read, by its first bytes: for the log.
#pragma once

#include <string>
#include <string_view>

namespace paddock::net {

// `begun`: behind the length. "create of /a", cut at 200 bytes of the path; "multi", if no path comes first;
// "a request" if too little is there. Bytes that are no text are written as \xNN.
std::string glimpse_of(std::string_view begun);

}  // namespace paddock::net
