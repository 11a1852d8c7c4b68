// Types of libraries whose objects must not be used by two threads at once: a table.
#pragma once

#include <string_view>

namespace analysis {

/// What an object keeps between the steps of one call, when the call that makes it is spelled like this:
/// `cPickle.Pickler` keeps "the memo of what it has written". Empty when the maker is not known as unsafe.
[[nodiscard]] std::string_view unsafe_state_of(std::string_view maker);

}  // namespace analysis
