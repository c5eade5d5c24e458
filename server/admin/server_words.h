// The texts of the words about the server as a whole: srvr, stat, mntr, conf, dirs, envi, hash.
#pragma once

#include <string>

#include "server/admin/four_letter_words.h"

namespace paddock::admin {

std::string srvr_text(const std::string& version, const replica::ServerStatus& status, size_t connections);
std::string stat_text(const std::string& version, const replica::ServerStatus& status,
                      const std::vector<Sources::Connection>& connections);
std::string mntr_text(const std::string& version, const replica::ServerStatus& status, size_t connections,
                      const Sources::Lines& extra);
std::string conf_text(const Sources::Settings& settings, bool read_only);
std::string dirs_text(const Sources::Settings& settings);
std::string envi_text(const std::string& version, const Sources::Lines& environment);
std::string hash_text(const replica::DigestStatus& digests);

}  // namespace paddock::admin
