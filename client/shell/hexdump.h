// A hex dump in the form of Netty's, which `get -x` of zkCli 3.9 prints. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paddock::client::shell {

// Nothing for no bytes.
std::string hex_dump(std::string_view bytes);

}  // namespace paddock::client::shell
