// The texts of the words about connections, sessions and watches: cons (and stat's lines), dump, wchs, wchc,
// wchp.
#pragma once

#include <string>

#include "server/admin/four_letter_words.h"

namespace paddock::admin {

// One line with its line end; `full` as cons prints it, short as stat does.
std::string connection_line(const Sources::Connection& connection, bool full);
std::string cons_text(const std::vector<Sources::Connection>& connections);
std::string dump_text(const replica::DumpStatus& dump, const std::vector<Sources::Connection>& connections);
std::string wchs_text(const replica::WatchStatus& watches);
std::string wchc_text(const replica::WatchStatus& watches);
std::string wchp_text(const replica::WatchStatus& watches);

}  // namespace paddock::admin
