// Which cmksim this is.
#pragma once

#include <string>
#include <string_view>

namespace cmksim::program {

/// The commit and its day; "unknown" where there was no repository. A file that the build writes.
std::string_view builtCommit();
/// The kind of build, the compiler, and the system.
std::string_view builtWith();

/// The version, its commit, the models in it and the build, a line each; the first begins with `cmksim VERSION`.
std::string versionText();

} // namespace cmksim::program
