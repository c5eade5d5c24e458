// SASL DIGEST-MD5, as ZooKeeper's servers ask for it: for SessionOptions::login.
#pragma once

#include <string>

#include "client/session/login.h"

namespace paddock::client {

MakeInitiator digest_login(std::string user, std::string password);

}  // namespace paddock::client
