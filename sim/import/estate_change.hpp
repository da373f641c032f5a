// What changes between two estates when one of Azure's tools says what it will do, on top of an estate that is known
// already.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "import/estate.hpp"
#include "import/raw_import.hpp"
#include "import/terraform.hpp"

#include <string>
#include <vector>

namespace cmksim::import {

/// What the tool says: how what it looks after is before it acts, and after.
struct ReportedChange {
    RawImport before;
    RawImport after;
    std::vector<TerraformReplacement> replaced;
    std::vector<std::string> leftOutBefore; // what was told of each and is not in it
    std::vector<std::string> leftOutAfter;
    bool replacesPolicies = false; // a vault that it describes has no other access policies afterwards
};

/// An estate that is known, as it is written and as a source; both empty where none is.
struct KnownEstate {
    ImportedEstate written;
    RawImport raw;
};

struct EstateChange {
    ImportedEstate before; // all that is known
    ImportedEstate after;
    std::vector<JsonObject> entries;  // that lead from one to the other, as `planTimeline` writes them
    std::vector<std::string> unknown; // what of the change is not played, and what of it could not be read
    ThingPlaces places;               // where the tool tells of a thing as it is to be, else as it is
    ThingPlaces unknownPlaces = {};   // where it tells of what is unknown, by these texts
};

/// Joins both and finds the change. What the tool says holds where the known estate says otherwise, which is told as a
/// warning; what only that knows of stays.
EstateChange estateChange(const KnownEstate& known, ReportedChange reported, Catalog& catalog,
                          Diagnostics& diagnostics);

/// Takes out of the estate afterwards the keys and identities that the tool looks after before it acts and not
/// afterwards: they are gone, even where something still names them.
void dropWhatGoes(const RawImport& reportedBefore, const RawImport& reportedAfter, const ImportedEstate& before,
                  ImportedEstate& after);

/// From one whole estate to another.
EstateChange estateChange(ImportedEstate before, ImportedEstate after, Diagnostics& diagnostics);

} // namespace cmksim::import
