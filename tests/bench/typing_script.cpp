#include "tests/bench/typing_script.h"

namespace bench {

std::string_view typing_script() {
  return R"py(
class Ledger:
    """Amounts by account, as the tills report them.

    Tills may be late; a "receipt" has one number.
    """

    def __init__(self, name):
        self.name = name
        self._amounts = {}

    def add(self, account, amnt)py"
         "\b\bount):\n"
         R"py(        """Book an amount."""
        self._amounts[account] = self._amounts.get(account, 0) + amount
        retrun)py"
         "\b\b\burn True\n"
         R"py(

def collect_totals(rows, ledgers, limit=100):
    """Add up the amounts of rows by name.

    Rows that say "no amount" are left out.
    """
    totals = {}
    for row in rows[:limit]:
        if row.amount is None:
            continue
        totals[row.name] = sum(
            (
                max(row.amount, min(ledger.lowest(row.name), 0))
                for ledger in ledgers
                if ledger.currency in ("EUR", "CHF")
            ),
            totals.get(row.name, 0),
        )
        print(f"{row.name!r}: {totals[row.name]:9.2f}")
    return sorted(totals.items(), key=lambda row: row[0])

)py";
}

}  // namespace bench
