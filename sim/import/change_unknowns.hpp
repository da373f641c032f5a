// What is told of a change that is not known, put in order: each thing once, and where it stands.
#pragma once

#include "base/diagnostics.hpp"
#include "import/estate.hpp"
#include "import/raw_import.hpp"

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

namespace cmksim::import {

/// The message with its help.
std::string fullText(const Diagnostic& one);

/// Adds settings of vaults that only applying the change will tell.
void tellUnknownSettings(const RawImport& after, std::vector<std::string>& unknown);

/// What follows from a vault that cannot be read is told with it, and not once more for each thing.
void foldUnreadVaults(const std::set<std::string>& vaults, std::vector<std::string>& unknown);

/// A grant that stays where its identity goes belongs to no principal then, and is not one of which the holder was not
/// read.
void dropThoseOfGone(const ImportedEstate& before, const ImportedEstate& after, std::vector<std::string>& unknown);

/// Where what is unknown stands, as it was told of.
ThingPlaces placesOfUnknown(const std::vector<std::string>& unknown,
                            std::initializer_list<const Diagnostics*> reported);

} // namespace cmksim::import
